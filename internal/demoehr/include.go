package demoehr

import (
	"net/url"
	"slices"
	"strings"
)

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
