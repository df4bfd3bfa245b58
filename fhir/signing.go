package fhir

import (
	"cmp"
	"slices"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// signing is what the record says of the signature of the note that was read: who authenticated it, its
// status, and when that was recorded. The date of a document is that of its entry and no signature.
func (v *reading) signing() {
	e := v.record.find(v.out.Note.Reference)
	if e == nil {
		return
	}
	s := &v.out.Signing
	switch e.Type {
	case "DocumentReference":
		document, _, err := decode[r4.DocumentReference](e)
		if err != nil {
			return
		}
		v.signed(s, e, document.DocStatus, document.Authenticator)
	case "Composition":
		composition, _, err := decode[r4.Composition](e)
		if err != nil {
			return
		}
		status := composition.Status
		v.signed(s, e, &status, nil)
		v.attested(s, e, composition.Attester)
	}
	v.recorded(s, e.Reference)
	slices.Sort(s.Sources)
	s.Sources = slices.Compact(s.Sources)
}

func (v *reading) signed(s *visit.Signing, e *entry, status *r4.CompositionStatus, who *r4.Reference) {
	switch {
	case who != nil:
		s.State, s.Signer = visit.SigningDone, v.signer(e, who)
	case status == nil:
		return
	case *status == r4.CompositionStatusPreliminary:
		s.State = visit.SigningDraft
	case *status == r4.CompositionStatusFinal || *status == r4.CompositionStatusAmended:
		s.State = visit.SigningFinal
	}
	s.Sources = append(s.Sources, e.Reference)
}

// signer is a clinician by name where the record holds the resource, else as the reference prints it.
func (v *reading) signer(holder *entry, who *r4.Reference) visit.Clinician {
	signer := v.clinicianOf(v.practitioner(holder, who))
	if signer.Name == "" {
		signer.Name = text(who.Display)
	}
	return signer
}

// attested takes the first legal or professional attester.
func (v *reading) attested(s *visit.Signing, e *entry, attesters []r4.CompositionAttester) {
	for _, a := range attesters {
		if a.Mode != r4.CompositionAttestationModeLegal && a.Mode != r4.CompositionAttestationModeProfessional {
			continue
		}
		s.State = visit.SigningDone
		if a.Party != nil {
			s.Signer = v.signer(e, a.Party)
		}
		v.signedAt(s, text(a.Time), e.Reference)
		return
	}
}

// recorded takes the earliest signature that a Provenance of the note records.
func (v *reading) recorded(s *visit.Signing, note string) {
	var first *time.Time
	for _, e := range v.record.of("Provenance") {
		provenance, _, err := decode[r4.Provenance](e)
		if err != nil || len(provenance.Signature) == 0 {
			continue
		}
		if !slices.ContainsFunc(provenance.Target, func(t r4.Reference) bool { return v.canonical(&t) == note }) {
			continue
		}
		d, err := ParseDateTime(provenance.Recorded)
		if err != nil || !d.Known() || first != nil && !d.Time.Before(*first) {
			continue
		}
		first = &d.Time
		s.State = visit.SigningDone
		v.signedAt(s, provenance.Recorded, e.Reference)
	}
}

func (v *reading) signedAt(s *visit.Signing, written, source string) {
	d, err := ParseDateTime(written)
	if err != nil {
		return
	}
	d = v.local(d)
	if day := d.Day(v.visitZone()); !day.IsZero() {
		s.Day, s.At = day.String(), instant(d)
		s.Sources = append(s.Sources, source)
	}
}

// participants are those of the encounter who are neither clinicians nor the patient, with their
// relation to the patient.
func (v *reading) participants() {
	for _, p := range v.encounter.Value.Participant {
		reference := v.canonical(p.Individual)
		e := v.record.find(reference)
		if e == nil || e.Type != "RelatedPerson" {
			continue
		}
		person, lenient, err := decode[r4.RelatedPerson](e)
		if err != nil || !v.patients(e, &person.Patient) {
			continue
		}
		v.use(e, lenient)
		one := visit.Participant{Reference: e.Reference}
		for i := range person.Relationship {
			one.Relation = append(one.Relation, everyWordOf(&person.Relationship[i])...)
		}
		v.out.Participants = append(v.out.Participants, one)
	}
	slices.SortFunc(v.out.Participants, func(a, b visit.Participant) int { return cmp.Compare(a.Reference, b.Reference) })
}
