package demoehr

import (
	"slices"
	"strings"
	"time"
)

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
