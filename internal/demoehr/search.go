package demoehr

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
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
