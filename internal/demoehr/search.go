package demoehr

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The sizes of a page of search results.
const (
	usualPage   = 20
	largestPage = 200
)

// resultParameters shape the answer of a search and select nothing.
var resultParameters = []string{
	"_count", "_offset", "_include", "_include:iterate", "_revinclude", "_sort", "_total", "_summary", "_format", "_pretty",
}

// matches is every resource of a type that meets all of the criteria, in order of making. Result
// parameters are passed over; a parameter that is not known is refused.
func (s *state) matches(kind string, query url.Values) ([]resource, error) {
	histories := make([]history, 0, len(s.kinds[kind]))
	for _, h := range s.kinds[kind] {
		histories = append(histories, h)
	}
	slices.SortFunc(histories, func(a, b history) int { return a.order - b.order })
	var found []resource
	for _, h := range histories {
		ok, err := meetsAll(kind, h.latest(), query, s.base)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, h.latest())
		}
	}
	if len(histories) == 0 { // an unknown parameter is refused on an empty shelf too
		if _, err := meetsAll(kind, resource{}, query, s.base); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// meetsAll says whether a resource meets every criterion: repeated parameters all, alternatives
// after commas any.
func meetsAll(kind string, r resource, query url.Values, base string) (bool, error) {
	all := true
	for name, wanted := range query {
		if slices.Contains(resultParameters, name) {
			continue
		}
		p, err := criterion(kind, name)
		if err != nil {
			return false, err
		}
		for _, alternatives := range wanted {
			met := false
			for _, one := range splitAlternatives(alternatives) {
				if err := p.check(kind, name, one); err != nil {
					return false, err
				}
				met = met || p.meets(r, one, base)
			}
			all = all && met
		}
	}
	return all, nil
}

// criterion finds a parameter by name; a reference may name its type, as in subject:Patient.
func criterion(kind, name string) (parameter, error) {
	plain, modifier, _ := strings.Cut(name, ":")
	p, ok := parameterOf(kind, plain)
	if !ok || modifier != "" && p.kind != referenceParameter {
		return p, refuse(400, "not-supported", "the search parameter %s of %s is not known here", name, kind)
	}
	if modifier != "" {
		p.target = modifier
	}
	return p, nil
}

func (p parameter) check(kind, name, wanted string) error {
	if p.kind != dateParameter {
		return nil
	}
	_, rest := splitDatePrefix(wanted)
	if _, ok := readSpan(rest); !ok {
		return refuse(400, "value", "the search parameter %s of %s is not a date", name, kind)
	}
	return nil
}

// splitAlternatives splits at commas that are not escaped by a backslash.
func splitAlternatives(s string) []string {
	var parts []string
	part := ""
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			part += string(s[i])
		case s[i] == ',':
			parts, part = append(parts, part), ""
		default:
			part += string(s[i])
		}
	}
	return append(parts, part)
}

// conditionQuery reads the condition of a conditional create: a search without or with its type.
func conditionQuery(kind, condition string) (url.Values, error) {
	if before, after, ok := strings.Cut(condition, "?"); ok {
		if before != "" && before != kind {
			return nil, refuse(400, "invalid", "the condition is about %s, the resource is a %s", before, kind)
		}
		condition = after
	}
	query, err := url.ParseQuery(condition)
	if err != nil || len(query) == 0 {
		return nil, refuse(400, "invalid", "the condition is not a search, such as identifier=system|value")
	}
	return query, nil
}

// search answers a search with one page of a searchset Bundle.
func (s *state) search(c call) (answer, error) {
	query := c.query
	if c.lenient() {
		query = knownOnly(c.kind, query)
	}
	found, err := s.matches(c.kind, query)
	if err != nil {
		return answer{}, err
	}
	if c.visible != nil {
		found = slices.DeleteFunc(slices.Clone(found), func(r resource) bool { return !c.visible(r) })
	}
	if err := sortBy(c.kind, found, query.Get("_sort")); err != nil {
		return answer{}, err
	}
	count, offset, err := pageOf(query)
	if err != nil {
		return answer{}, err
	}
	bundle := resource{"resourceType": "Bundle", "type": "searchset", "total": len(found)}
	links := []any{map[string]any{"relation": "self", "url": s.pageLink(c.kind, query, count, offset)}}
	page := found[min(offset, len(found)):min(offset+count, len(found))]
	if count > 0 && offset+count < len(found) {
		links = append(links, map[string]any{"relation": "next", "url": s.pageLink(c.kind, query, count, offset+count)})
	}
	bundle["link"] = links
	included, err := s.includes(c, query, page)
	if err != nil {
		return answer{}, err
	}
	if entries := append(s.entries(page, "match"), s.entries(included, "include")...); len(entries) > 0 {
		bundle["entry"] = entries
	}
	return answer{status: http.StatusOK, body: bundle}, nil
}

func (s *state) entries(found []resource, mode string) []any {
	entries := make([]any, 0, len(found))
	for _, r := range found {
		entries = append(entries, map[string]any{
			"fullUrl":  s.base + "/" + kindOf(r) + "/" + idOf(r),
			"resource": r,
			"search":   map[string]any{"mode": mode},
		})
	}
	return entries
}

func (s *state) pageLink(kind string, query url.Values, count, offset int) string {
	page := url.Values{}
	for name, wanted := range query {
		page[name] = wanted
	}
	page.Set("_count", strconv.Itoa(count))
	page.Del("_offset")
	if offset > 0 {
		page.Set("_offset", strconv.Itoa(offset))
	}
	return s.base + "/" + kind + "?" + page.Encode()
}

// knownOnly leaves out what is not known, for a client that says Prefer: handling=lenient.
func knownOnly(kind string, query url.Values) url.Values {
	known := url.Values{}
	for name, wanted := range query {
		if _, err := criterion(kind, name); err == nil || slices.Contains(resultParameters, name) {
			known[name] = wanted
		}
	}
	return known
}

func pageOf(query url.Values) (count, offset int, err error) {
	count = usualPage
	if query.Get("_summary") == "count" {
		return 0, 0, nil
	}
	for _, p := range []struct {
		name  string
		value *int
	}{{"_count", &count}, {"_offset", &offset}} {
		if asked := query.Get(p.name); asked != "" {
			n, err := strconv.Atoi(asked)
			if err != nil || n < 0 {
				return 0, 0, refuse(400, "value", "%s must be a whole number", p.name)
			}
			*p.value = n
		}
	}
	return min(count, largestPage), offset, nil
}

// sortBy orders by date or token parameters, the first one first; a minus turns the order.
func sortBy(kind string, found []resource, order string) error {
	if order == "" {
		return nil
	}
	type key struct {
		p    parameter
		turn int
	}
	var keys []key
	for _, name := range strings.Split(order, ",") {
		turn := 1
		if rest, ok := strings.CutPrefix(name, "-"); ok {
			name, turn = rest, -1
		}
		p, ok := parameterOf(kind, name)
		if !ok || p.kind == referenceParameter {
			return refuse(400, "not-supported", "%s of %s cannot be sorted by", name, kind)
		}
		keys = append(keys, key{p, turn})
	}
	slices.SortStableFunc(found, func(a, b resource) int {
		for _, k := range keys {
			if c := k.turn * k.p.compare(a, b); c != 0 {
				return c
			}
		}
		return 0
	})
	return nil
}

func (p parameter) compare(a, b resource) int {
	if p.kind == dateParameter {
		return p.earliest(a).Compare(p.earliest(b))
	}
	return strings.Compare(p.firstText(a), p.firstText(b))
}

func (p parameter) earliest(r resource) time.Time {
	for _, path := range p.paths {
		for _, value := range values(r, path) {
			if s, ok := spanOf(value); ok {
				return s.from
			}
		}
	}
	return time.Time{}
}

func (p parameter) firstText(r resource) string {
	for _, path := range p.paths {
		for _, value := range values(r, path) {
			switch value := value.(type) {
			case string:
				return value
			case map[string]any:
				if codes := texts(value, "coding.code"); len(codes) > 0 {
					return codes[0]
				}
				return text(value, "code") + text(value, "value")
			}
		}
	}
	return ""
}

// includes is what _include and _revinclude bring along: each resource once, none that is a match.
func (s *state) includes(c call, query url.Values, page []resource) ([]resource, error) {
	seen := map[string]bool{}
	for _, r := range page {
		seen[kindOf(r)+"/"+idOf(r)] = true
	}
	var brought []resource
	bring := func(r resource) {
		if name := kindOf(r) + "/" + idOf(r); !seen[name] && (c.visible == nil || c.visible(r)) {
			seen[name] = true
			brought = append(brought, r)
		}
	}
	for _, step := range query["_include"] {
		if err := s.include(step, page, bring); err != nil {
			return nil, err
		}
	}
	for _, step := range query["_revinclude"] {
		if err := s.includeReverse(step, page, bring); err != nil {
			return nil, err
		}
	}
	for _, step := range query["_include:iterate"] {
		if err := s.include(step, append(slices.Clone(page), brought...), bring); err != nil {
			return nil, err
		}
	}
	return brought, nil
}

// includeStep reads Type:parameter or Type:parameter:target of an include.
func includeStep(step string) (kind string, p parameter, target string, err error) {
	parts := strings.SplitN(step, ":", 3)
	if len(parts) < 2 {
		return "", p, "", refuse(400, "value", "an include is written Type:parameter")
	}
	p, ok := parameterOf(parts[0], parts[1])
	if !ok || p.kind != referenceParameter {
		return "", p, "", refuse(400, "not-supported", "the include %s is not known here", step)
	}
	if len(parts) == 3 {
		target = parts[2]
	}
	return parts[0], p, target, nil
}

func (s *state) include(step string, from []resource, bring func(resource)) error {
	kind, p, target, err := includeStep(step)
	if err != nil {
		return err
	}
	for _, r := range from {
		if kindOf(r) != kind {
			continue
		}
		for _, path := range p.paths {
			for _, ref := range texts(r, path+".reference") {
				toKind, toID, ok := splitReference(ref)
				if to, there := s.get(toKind, toID); ok && there && (target == "" || target == toKind) {
					bring(to)
				}
			}
		}
	}
	return nil
}

func (s *state) includeReverse(step string, from []resource, bring func(resource)) error {
	kind, _, _, err := includeStep(step)
	if err != nil {
		return err
	}
	name := strings.Split(step, ":")[1]
	for _, r := range from {
		pointing, err := s.matches(kind, url.Values{name: {kindOf(r) + "/" + idOf(r)}})
		if err != nil {
			return err
		}
		for _, other := range pointing {
			bring(other)
		}
	}
	return nil
}
