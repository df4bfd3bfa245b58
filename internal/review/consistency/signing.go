package consistency

import (
	"fmt"
	"time"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/visit"
)

// signature compares what note and record say of the signature. Final alone is weak evidence: it names
// nobody.
func (s *sides) signature() (Check, bool) {
	signing := s.Visit.Signing
	k := Check{Record: signing.State}.from(signing.Sources...)
	if signing.Signer.Name != "" {
		k.Record += " by " + signing.Signer.Name
	}
	unsigned, signed := s.said.Unsigned, len(s.said.Signatures) > 0
	switch {
	case unsigned != nil:
		k.Note, k = "not signed", k.shows(unsigned.Evidence)
		k.Note = "not signed"
	case signed:
		first := s.said.Signatures[0]
		k.Note = "signed"
		if first.Name != "" {
			k.Note += " by " + first.Name
		}
		k = k.shows(first.Evidence)
	}
	said := k.Record != "" || k.Note != ""
	state := signing.State
	switch {
	case unsigned != nil && state == visit.SigningDraft, unsigned != nil && state == "":
		return s.differs(k, different, "the note is not signed, and a claim would rest on it"), said
	case unsigned != nil, signed && state == visit.SigningDraft:
		return s.differs(k, different, k.bothSay()), said
	case state == visit.SigningDraft:
		return s.differs(k, different, "the record says that the note is not signed, and a claim would rest on it"), said
	case signed && state != "":
		return k.equal("record and note say that the note is signed"), said
	case state == visit.SigningFinal:
		return k.unknown("the record calls the note final and names nobody who signed, and the note bears no signature"), said
	}
	return k.gap("a signature"), said
}

// timeliness is how long after the service the note was signed.
func (s *sides) timeliness() (Check, bool) {
	signing, on := s.Visit.Signing, s.said.SignedOn
	k := Check{Record: signing.Day}.from(signing.Sources...)
	if on != nil {
		k.Note = on.Value
		k = k.shows(on.Evidence)
	}
	said := signing.Day != "" || on != nil
	service := s.Facts.DateOfService
	if !said || service.IsZero() {
		return k.unknown("when the note was signed after the service is not known"), said
	}
	limit := s.rule.Limits["hours"]
	if signing.At != nil && s.Visit.Session.End != nil {
		after := signing.At.Sub(*s.Visit.Session.End)
		return s.signedAfter(k, after > time.Duration(limit)*time.Hour, int(after/time.Hour/24), service), true
	}
	signed := signing.Day
	if signed == "" {
		signed = on.Value
	}
	days, ok := daysBetween(service, signed)
	if !ok {
		return k.unknown("when the note was signed after the service is not known"), true
	}
	late := days*24 > limit
	if on != nil && signing.Day == "" && (late || days < 0) {
		for _, other := range on.Or {
			if d, ok := daysBetween(service, other); ok && d >= 0 && d*24 <= limit {
				return k.unknown("the day of signing, " + on.Value + ", can also be read as " + other + ", which is in time"), true
			}
		}
	}
	if days < 0 {
		return s.differs(k, different, fmt.Sprintf("the note was signed on %s, before the service on %s", signed, service)), true
	}
	return s.signedAfter(k, late, days, service), true
}

func (s *sides) signedAfter(k Check, late bool, days int, service effective.Date) Check {
	text := fmt.Sprintf("signed %d days after the service on %s", days, service)
	switch days {
	case 0:
		text = fmt.Sprintf("signed within a day of the service on %s", service)
	case 1:
		text = fmt.Sprintf("signed 1 day after the service on %s", service)
	}
	if late {
		return s.differs(k, different, fmt.Sprintf("%s, later than %d hours", text, s.rule.Limits["hours"]))
	}
	return k.equal(text)
}

// daysBetween is the number of days from a day to one as written; negative where that is before it.
func daysBetween(from effective.Date, to string) (int, bool) {
	end, err := effective.ParseDate(to)
	if err != nil {
		return 0, false
	}
	return from.DaysUntil(end), true
}
