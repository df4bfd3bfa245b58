package review

import (
	"slices"
	"strings"

	"github.com/chargenote/chargenote/coding"
)

// Rests lists for each offer, by its id, what persons said on which it rests: without it, the offer would
// not stand, or not with the same units, modifiers, place and reasons. The order is that of
// Review.Asserted. It reviews the visit anew without each thing said.
func (s *Service) Rests(r *Review) (map[string][]Assertion, error) {
	without, err := s.without(r)
	if err != nil {
		return nil, err
	}
	rests := map[string][]Assertion{}
	for _, offer := range r.Offers() {
		rests[offer.ID] = r.restsOn(offer, without)
	}
	return rests, nil
}

// without reviews the visit without each of the things given in turn.
func (s *Service) without(r *Review) ([]*Review, error) {
	all := make([]*Review, len(r.given))
	for i := range r.given {
		rest := slices.Delete(slices.Clone(r.given), i, i+1)
		var err error
		if all[i], err = s.Of(r.visit, rest...); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (r *Review) restsOn(offer Offer, without []*Review) []Assertion {
	var all []Assertion
	for _, a := range r.Asserted {
		for i, g := range r.given {
			if g.Source == a.source && g.Question == a.Question && !without[i].offersTheSame(offer) {
				all = append(all, a)
				break
			}
		}
	}
	return all
}

// offersTheSame reports whether a review offers the same lines for the same reasons.
func (r *Review) offersTheSame(offer Offer) bool {
	return slices.ContainsFunc(r.Offers(), func(o Offer) bool {
		return slices.EqualFunc(o.Lines, offer.Lines, sameLine) && o.place == offer.place &&
			slices.EqualFunc(o.Because, offer.Because, func(a, b coding.Because) bool { return a.Rule == b.Rule && a.Status == b.Status && a.Text == b.Text })
	})
}

func sameLine(a, b coding.Line) bool {
	return a.Code == b.Code && a.Units == b.Units && slices.Equal(a.Modifiers, b.Modifiers)
}

// answersText says in brackets what was said, by whom and when: " (Practitioner/d1,
// 2025-03-10T15:00:00-05:00: visit.modality audio-video, the record says in-person)".
func answersText(asserted []Assertion) string {
	var said []string
	for _, a := range asserted {
		text := a.By
		if a.At != "" {
			text += ", " + a.At
		}
		text += ": " + a.String()
		if a.Differs() && a.Fact != servicesKey {
			text += ", the record says " + ValueText(a.Over)
		}
		said = append(said, text)
	}
	return " (" + strings.Join(said, "; ") + ")"
}
