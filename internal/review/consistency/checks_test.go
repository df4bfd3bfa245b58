package consistency_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review/consistency"
	"github.com/chargenote/chargenote/internal/visit"
)

// at is a time of the day of service at the clinic.
func at(clock string) *time.Time {
	t, err := time.Parse("2006-01-02 15:04 -0700", "2025-03-10 "+clock+" -0500")
	if err != nil {
		panic(err)
	}
	return &t
}

func number(n int) *int    { return &n }
func truth(yes bool) *bool { return &yes }

// A side is what a case changes of the made-up visit.
type side func(*visit.Visit, *coding.Facts)

// madeUp is a visit of 47 minutes of psychotherapy in person.
func madeUp(changes ...side) (*visit.Visit, coding.Facts) {
	facts := coding.Facts{
		DateOfService: effective.Date{Year: 2025, Month: 3, Day: 10},
		Payer:         coding.Payer{Kind: "commercial"},
		Provider:      coding.Provider{Discipline: "psychologist"},
		Services:      []coding.Service{{Activity: "psychotherapy", Minutes: number(47)}},
		Visit:         coding.Circumstances{Telehealth: truth(false), Modality: coding.ModalityInPerson},
		Sources:       map[string][]string{"dateOfService": {"Encounter/e1"}, "visit.telehealth": {"Encounter/e1"}, "services[0].minutes": {"Procedure/p1"}},
	}
	v := &visit.Visit{
		Encounter: "Encounter/e1", Patient: "Patient/p1", SoleService: "psychotherapy",
		Person: visit.Person{Name: "Jordan Rivera", BirthDate: "1988-04-12", Sex: "male",
			Names: []visit.Name{{Use: "official", Text: "Jordan Rivera", Given: []string{"Jordan"}, Family: "Rivera"}}},
		Clinician: visit.Clinician{Reference: "Practitioner/d1", Name: "Rowan Test", Discipline: "psychologist",
			Names: []visit.Name{{Text: "Rowan Test", Given: []string{"Rowan"}, Family: "Test"}}, Credentials: []string{"PhD"}},
		Session: visit.Session{Status: visit.SessionKnown, Minutes: number(47), Start: at("14:00"), End: at("14:47"),
			Segments: []visit.Segment{{Activity: "psychotherapy", Minutes: number(47), Start: at("14:00"), End: at("14:47"), Counted: true, Sources: []string{"Procedure/p1"}}}},
		Known: map[string]docs.Known{"patient_name": {Value: "Jordan Rivera", Sources: []string{"Patient/p1"}},
			"provider_credentials": {Value: "PhD", Sources: []string{"Practitioner/d1"}}},
	}
	for _, change := range changes {
		change(v, &facts)
	}
	v.Facts = facts
	return v, facts
}

func review(t testing.TB, note string, changes ...side) []consistency.Check {
	t.Helper()
	v, facts := madeUp(changes...)
	return reviewOf(t, note, v, facts)
}

func reviewOf(t testing.TB, note string, v *visit.Visit, facts coding.Facts) []consistency.Check {
	t.Helper()
	codes, err := coding.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := docs.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	sides, err := consistency.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if v.Note.Status == "" {
		v.Note = visit.Note{Status: visit.NoteRead, Text: note, Reference: "DocumentReference/n1"}
	}
	claim := codes.Suggest(facts)
	request := docs.Request{Note: note, HasNote: v.Note.Status == visit.NoteRead, Day: facts.DateOfService.String(), Priors: priorsOf(note)}
	for _, line := range claim.Suggestions {
		for range max(line.Units, 1) {
			request.Codes = append(request.Codes, line.Code)
		}
	}
	return sides.Checks(consistency.Case{Visit: v, Facts: facts, Claim: claim, Documentation: rules.Check(request), Codes: codes})
}

// priorsOf is the earlier note of a case: what stands behind the mark in its text.
func priorsOf(note string) []docs.Prior {
	if _, prior, ok := strings.Cut(note, earlier); ok {
		return []docs.Prior{{Reference: "DocumentReference/n0", Day: "2025-03-03", Text: prior}}
	}
	return nil
}

const earlier = "\n<earlier>\n"

func find(checks []consistency.Check, id string) (consistency.Check, bool) {
	i := slices.IndexFunc(checks, func(c consistency.Check) bool { return c.ID == id })
	if i < 0 {
		return consistency.Check{}, false
	}
	return checks[i], true
}

// A row is one case of a check. An empty status: it is not listed.
type row struct {
	why, note        string
	change           side
	status, severity string
}

func names(all ...visit.Name) side {
	return func(v *visit.Visit, _ *coding.Facts) { v.Person.Names, v.Person.Name = all, all[0].Text }
}

func facts(change func(*coding.Facts)) side {
	return func(_ *visit.Visit, f *coding.Facts) { change(f) }
}

func changed(change func(*visit.Visit)) side {
	return func(v *visit.Visit, _ *coding.Facts) { change(v) }
}

// tele is a visit by video of a payer that asks for 95, or by telephone.
func tele(modality string) side {
	return facts(func(f *coding.Facts) {
		f.Visit = coding.Circumstances{Telehealth: truth(true), Modality: modality, PatientLocation: "home", AudioOnlyReason: "patient-declined-video"}
	})
}

func sole(activity string, minutes int) side {
	return func(v *visit.Visit, f *coding.Facts) {
		f.Services = []coding.Service{{Activity: activity, Minutes: number(minutes)}}
		v.SoleService = activity
		v.Session.Minutes = number(minutes)
	}
}

func rehab(kind string, minutes ...int) side {
	return func(v *visit.Visit, f *coding.Facts) {
		f.Payer.Kind, f.Provider.Discipline, v.SoleService = kind, "PT", ""
		f.Services = nil
		for i, activity := range []string{"therapeutic-exercise", "manual-therapy"}[:len(minutes)] {
			f.Services = append(f.Services, coding.Service{Activity: activity, Minutes: number(minutes[i]), OneOnOne: truth(true)})
		}
	}
}

func screenings(n int) side {
	return facts(func(f *coding.Facts) {
		f.Services = []coding.Service{{Activity: "screening", Instruments: number(n), Scored: truth(true)}}
	})
}

func diagnoses(codes ...string) side {
	return changed(func(v *visit.Visit) {
		for i, code := range codes {
			v.Diagnoses = append(v.Diagnoses, visit.Diagnosis{Code: code, System: "http://hl7.org/fhir/sid/icd-10-cm", Reference: fmt.Sprintf("Condition/c%d", i), Origin: "encounter"})
		}
	})
}

func signing(s visit.Signing) side { return changed(func(v *visit.Visit) { v.Signing = s }) }

func score(instrument string, total int, date string) side {
	return changed(func(v *visit.Visit) {
		v.Scores = append(v.Scores, visit.Score{Instrument: instrument, Total: &total, Date: date, Sources: []string{"Observation/o1"}})
	})
}

func other(reference, from, to string) side {
	return changed(func(v *visit.Visit) {
		v.Others = append(v.Others, visit.Occupied{Reference: reference, Start: *at(from), End: *at(to)})
	})
}

func charge(code string) side {
	return changed(func(v *visit.Visit) {
		v.Charges = append(v.Charges, visit.Charge{Reference: "ChargeItem/x", Code: code, Units: 1})
	})
}

func family(activity string) side {
	return func(v *visit.Visit, f *coding.Facts) {
		sole(activity, 50)(v, f)
		f.Family = &coding.Family{PresentAs: "participants", StructuredTherapy: truth(true)}
	}
}

func all(changes ...side) side {
	return func(v *visit.Visit, f *coding.Facts) {
		for _, c := range changes {
			c(v, f)
		}
	}
}

var (
	hyphened = visit.Name{Use: "official", Text: "José María Muñoz-Smith", Given: []string{"José", "María"}, Family: "Muñoz-Smith"}
	former   = visit.Name{Use: "maiden", Text: "Jordan Blake", Given: []string{"Jordan"}, Family: "Blake"}
	jordan   = visit.Name{Use: "official", Text: "Jordan Rivera", Given: []string{"Jordan"}, Family: "Rivera"}
	nickname = visit.Name{Use: "nickname", Text: "Jo", Given: []string{"Jo"}}
)

const signedByRowan = "Seen in office.\nSession content one.\nSession content two.\nSession content three.\nMore.\n\nElectronically signed by Rowan Test, PhD"

// rows are the cases by check, worked out from the table of checks before the program ran on them.
var rows = map[string][]row{
	"cc_patient_name": {
		{"the same name", "Name: Jordan Rivera", nil, "equal", ""},
		{"the surname first, in capitals", "PATIENT: RIVERA, JORDAN", nil, "equal", ""},
		{"a middle initial more", "Client: Jordan L. Rivera", nil, "equal", ""},
		{"accents, a hyphen and case do not matter", "Name: Jose Munoz Smith", names(hyphened), "equal", ""},
		{"a former name that the record knows", "Name: Jordan Blake", names(jordan, former), "equal", ""},
		{"a preferred first name with the surname", "Name: Jo Rivera", names(jordan, nickname), "equal", ""},
		{"another surname is another person", "Name: Jordan Blake", nil, "differs", "block"},
		{"another first name of the same family", "Name: Maria Rivera", nil, "differs", "block"},
		{"an initial agrees as far as it goes", "Client: J. Rivera", nil, "unknown", ""},
		{"half of a double surname agrees as far as it goes", "Name: José Smith", names(hyphened), "unknown", ""},
		{"no name in the note is a gap", "Seen today.", nil, "unknown", ""},
		{"words behind a label are no name", "Client: restless today", nil, "unknown", ""},
		{"no name in the record is a gap", "Name: Jordan Rivera", names(visit.Name{}), "unknown", ""},
	},
	"cc_patient_dob": {
		{"month first by default", "DOB: 4/12/1988", nil, "equal", ""},
		{"ISO", "DOB: 1988-04-12", nil, "equal", ""},
		{"day, month in letters, year", "Date of birth: 12-Apr-1988", nil, "equal", ""},
		{"two digits of the year", "DOB 4/12/88", nil, "equal", ""},
		{"another year", "DOB: 4/12/1989", nil, "differs", "block"},
		{"the day first would agree: unclear", "DOB: 12/4/1988", nil, "unknown", ""},
		{"a day above 12 is no month", "DOB: 4/22/1988", nil, "differs", "block"},
		{"an age is no date of birth", "34 y/o seen today", nil, "unknown", ""},
		{"the record knows only the year", "DOB: 4/12/1988", changed(func(v *visit.Visit) { v.Person.BirthDate = "1988" }), "unknown", ""},
	},
	"cc_provider": {
		{"the signer is the clinician", signedByRowan, nil, "equal", ""},
		{"named behind a label, with title", "Therapist: Dr. Rowan Test, PhD", nil, "equal", ""},
		{"an initial and the surname match weakly", "Therapist: R. Test, PhD", nil, "equal", ""},
		{"another initial is another person", "Therapist: K. Test, PhD", nil, "differs", "block"},
		{"another person signed", strings.Replace(signedByRowan, "Rowan Test", "Morgan Example", 1), nil, "differs", "block"},
		{"a supervisor signed for a trainee: policy decides", "Therapist: Rowan Test, MA\n" + strings.Replace(signedByRowan, "Rowan Test", "Morgan Example", 1) + ", supervising provider", nil, "differs", "warn"},
		{"nobody is named", "Seen today.", nil, "unknown", ""},
		{"the record names nobody", signedByRowan, changed(func(v *visit.Visit) { v.Clinician = visit.Clinician{} }), "unknown", ""},
	},
	"cc_credentials": {
		{"the same degree with other marks", "Therapist: Rowan Test, Ph.D.", nil, "equal", ""},
		{"a synonym in words", "Therapist: Rowan Test, PhD", changed(func(v *visit.Visit) { v.Clinician.Credentials = []string{"Doctor of Philosophy"} }), "equal", ""},
		{"a code of HL7's table for a degree", "Therapist: Rowan Test, Ed.D.", changed(func(v *visit.Visit) { v.Clinician.Credentials = []string{"DED"} }), "equal", ""},
		{"a code of HL7's table for a licence", "Therapist: Rowan Test, APRN", changed(func(v *visit.Visit) { v.Clinician.Credentials = []string{"FPNP"} }), "equal", ""},
		{"another degree", "Therapist: Rowan Test, PsyD", nil, "differs", "warn"},
		{"a licence of another discipline", "Therapist: Rowan Test, LCSW", changed(func(v *visit.Visit) { v.Clinician.Credentials = []string{"PsyD"} }), "differs", "warn"},
		{"a licence beside a degree contradicts nothing", "Therapist: Rowan Test, LP", nil, "unknown", ""},
		{"a degree that goes with the discipline", "Therapist: Rowan Test, PsyD", changed(func(v *visit.Visit) {
			v.Clinician.Credentials = []string{"103TC0700X"}
			v.Known = nil
		}), "equal", ""},
		{"a degree that does not go with the discipline", "Therapist: Rowan Test, LCSW", changed(func(v *visit.Visit) {
			v.Clinician.Credentials = nil
			v.Known = nil
		}), "differs", "warn"},
		{"none in the note", "Therapist: Rowan Test", nil, "unknown", ""},
	},
	"cc_service_date": {
		{"the same day", "DOS: 3/10/2025", nil, "equal", ""},
		{"in words", "Date of service: March 10, 2025", nil, "equal", ""},
		{"another day", "DOS: 3/12/2025", nil, "differs", "block"},
		{"the day first would agree: unclear", "DOS: 10/03/2025", nil, "unknown", ""},
		{"the day on which a session over midnight ended", "DOS: 3/11/2025", changed(func(v *visit.Visit) {
			end := at("23:30").Add(time.Hour)
			v.Session.Start, v.Session.End = at("23:30"), &end
		}), "differs", "block"},
		{"no year is no date", "DOS: 3/10", nil, "unknown", ""},
	},
	"cc_start_stop": {
		{"the same", "Start 14:00, stop 14:47", nil, "equal", ""},
		{"in twelve hours", "Session time: 2:00 PM - 2:47 PM", nil, "equal", ""},
		{"without the half of the day", "Session time: 2:00-2:47", nil, "equal", ""},
		{"five minutes are tolerated, with a word", "Start 14:05, stop 14:47", nil, "differs", "warn"},
		{"one minute is a difference", "Start 14:00, stop 14:48", nil, "differs", "warn"},
		{"six minutes are not tolerated", "Start 14:06, stop 14:47", nil, "differs", "block"},
		{"none in the note", "Seen for 47 minutes.", nil, "unknown", ""},
		{"UTC times of an unknown zone are no clock times", "Start 9:00 AM, stop 9:47 AM", changed(func(v *visit.Visit) {
			v.Notes = []visit.Remark{{Resource: "Encounter/e1", Text: visit.RemarkUTCDay}}
		}), "unknown", ""},
		{"of several services, the one that the note speaks of", "Start 14:20, stop 14:47", changed(func(v *visit.Visit) {
			v.Session.Segments = append([]visit.Segment{{Activity: "evaluation-management", Start: at("14:00"), End: at("14:20"), Counted: true}},
				visit.Segment{Activity: "psychotherapy-with-em", Start: at("14:20"), End: at("14:47"), Counted: true})
		}), "equal", ""},
		{"over midnight", "Start 11:50 PM, stop 12:30 AM", changed(func(v *visit.Visit) {
			end := at("23:50").Add(40 * time.Minute)
			v.Session.Start, v.Session.End, v.Session.Segments = at("23:50"), &end, nil
		}), "equal", ""},
	},
	"cc_duration": {
		{"the same", "Total time: 47 minutes", nil, "equal", ""},
		{"other minutes, the same code: 38 to 52 is 90834", "Total time: 45 minutes", nil, "differs", "warn"},
		{"other minutes, another code: 53 is 90837", "Total time: 55 minutes", nil, "differs", "block"},
		{"a span is a figure too: 36 minutes are 90832", "Start 14:00, stop 14:36", nil, "differs", "block"},
		{"none in the note", "Seen today.", nil, "unknown", ""},
		{"none in the record", "Total time: 47 minutes", changed(func(v *visit.Visit) { v.Session.Minutes = nil }), "unknown", ""},
		{"several services: which one is not said", "Total time: 45 minutes", changed(func(v *visit.Visit) { v.SoleService = "" }), "differs", "warn"},
	},
	"cc_location": {
		{"in person both", "Session held in person.", nil, "equal", ""},
		{"at the office is in person", "Location: office", nil, "equal", ""},
		{"telehealth both", "Telehealth visit by video.", tele("audio-video"), "equal", ""},
		{"telehealth in the note, in person in the record", "Telehealth visit by video.", nil, "differs", "block"},
		{"in person in the note, telehealth in the record", "Session held in person.", tele("audio-video"), "differs", "block"},
		{"home and school are two places", "Seen at school.", facts(func(f *coding.Facts) { f.Setting = "home" }), "differs", "warn"},
		{"both in the note", "Session held in person. Video visit used for mother.", nil, "unknown", ""},
		{"the patient's home may be the place of a telehealth visit", "Client at home.\nSeen at clients home", tele("audio-video"), "unknown", ""},
		{"none in the note", "Total time: 47 minutes", nil, "unknown", ""},
	},
	"cc_cpt": {
		{"the same", "CPT: 90834", nil, "equal", ""},
		{"an add-on left out is a gap", "CPT 90834", facts(func(f *coding.Facts) {
			f.InteractiveComplexity = &coding.InteractiveComplexity{Present: truth(true), Factor: "maladaptive-communication"}
		}), "equal", ""},
		{"another code", "CPT: 90837", nil, "differs", "warn"},
		{"a plus is no part of a code", "CPT: 90834 +90785", facts(func(f *coding.Facts) {
			f.InteractiveComplexity = &coding.InteractiveComplexity{Present: truth(true), Factor: "maladaptive-communication"}
		}), "equal", ""},
		{"the record charges another code already", "CPT: 90834", charge("90837"), "differs", "warn"},
		{"none in the note", "Seen today.", nil, "unknown", ""},
	},
	"cc_diagnosis": {
		{"with and without dot", "Dx: F411", diagnoses("F41.1"), "equal", ""},
		{"the note lacks one of the claim", "Dx: F41.1", diagnoses("F41.1", "F33.1"), "differs", "block"},
		{"another one first", "Dx: F33.1, F41.1", diagnoses("F41.1", "F33.1"), "differs", "warn"},
		{"one more in the note", "Dx: F41.1, F33.1", diagnoses("F41.1"), "differs", "info"},
		{"none in the note is a gap", "Generalized anxiety", diagnoses("F41.1"), "unknown", ""},
		{"none in the record", "Dx: F41.1", nil, "unknown", ""},
		{"the problem list is no claim", "Dx: F41.1", changed(func(v *visit.Visit) {
			v.Diagnoses = []visit.Diagnosis{{Code: "F33.1", System: "http://hl7.org/fhir/sid/icd-10-cm", Origin: "problem list"}}
		}), "unknown", ""},
	},
	"cc_modality_modifier": {
		{"95 and video", "Session held via secure video.", tele("audio-video"), "equal", ""},
		{"93 and telephone", "Audio only session.", tele("audio-only"), "equal", ""},
		{"95 and telephone", "Audio only session.", tele("audio-video"), "differs", "block"},
		{"93 and video", "Session held via secure video.", tele("audio-only"), "differs", "block"},
		{"telehealth alone is a gap", "Telehealth session.", tele("audio-video"), "unknown", ""},
		{"both", "Began via secure video, then audio only.", tele("audio-video"), "unknown", ""},
		{"in person there is nothing to compare", "Seen in person.", nil, "", ""},
	},
	"cc_units": {
		{"38 timed minutes are 3 units", "Timed minutes: 38", rehab("medicare", 38), "equal", ""},
		{"37 timed minutes are 2 units", "Timed minutes: 37", rehab("medicare", 38), "differs", "block"},
		{"Medicare counts the total: 23 and 15 are 38 and 3 units", "Timed minutes: 38", rehab("medicare", 23, 15), "equal", ""},
		{"others count each service, which a total does not tell", "Timed minutes: 38", rehab("commercial", 23, 15), "unknown", ""},
		{"none in the note", "Therapeutic exercise today.", rehab("medicare", 38), "unknown", ""},
		{"two instruments, two units", "PHQ-9 = 14. GAD-7 = 9.", screenings(2), "equal", ""},
		{"one instrument, two units", "PHQ-9 = 14.", screenings(2), "differs", "block"},
		{"more instruments than units support them", "PHQ-9 = 14. GAD-7 = 9.", screenings(1), "equal", ""},
		{"no figure", "Screened today.", screenings(1), "unknown", ""},
		{"a session has no such units", "Total time: 47 minutes", nil, "", ""},
	},
	"cc_signature": {
		{"signed on both sides", signedByRowan, signing(visit.Signing{State: visit.SigningDone}), "equal", ""},
		{"final agrees with a signature in the note", signedByRowan, signing(visit.Signing{State: visit.SigningFinal}), "equal", ""},
		{"signed in the note, a draft in the record", signedByRowan, signing(visit.Signing{State: visit.SigningDraft}), "differs", "block"},
		{"unsigned in the note, signed in the record", "Draft - pending signature", signing(visit.Signing{State: visit.SigningDone}), "differs", "block"},
		{"unsigned on both sides", "Draft - pending signature", signing(visit.Signing{State: visit.SigningDraft}), "differs", "block"},
		{"a draft without a signature", "Seen today.", signing(visit.Signing{State: visit.SigningDraft}), "differs", "block"},
		{"final alone names nobody", "Seen today.", signing(visit.Signing{State: visit.SigningFinal}), "unknown", ""},
		{"signed in the record, silent in the note", "Seen today.", signing(visit.Signing{State: visit.SigningDone}), "unknown", ""},
		{"neither side says anything", "Seen today.", nil, "", ""},
	},
	"cc_sign_timeliness": {
		{"the next day", signedByRowan + " on 3/11/2025", nil, "equal", ""},
		{"72 hours are in time", signedByRowan + " on 3/13/2025", nil, "equal", ""},
		{"the fourth day is late", signedByRowan + " on 3/14/2025", nil, "differs", "warn"},
		{"before the service", signedByRowan + " on 2/27/2025", nil, "differs", "warn"},
		{"read the other way it would be in time", signedByRowan + " on 11/3/2025", nil, "unknown", ""},
		{"73 hours by the record", "Seen today.", signing(visit.Signing{State: visit.SigningDone, Day: "2025-03-13", At: later73()}), "differs", "warn"},
		{"no date anywhere", signedByRowan, nil, "", ""},
	},
	"cc_participants": {
		{"90847 and the patient was there", "Family session with mother, patient present.", family("family-with-patient"), "equal", ""},
		{"90846 and the patient was there", "Family session with mother, patient present.", family("family-without-patient"), "differs", "block"},
		{"90847 and the patient was not there", "Met with mother without patient present.", family("family-with-patient"), "differs", "block"},
		{"the record lists the mother", "Family session with mom, patient present.", all(family("family-with-patient"), related("mother", "MTH")), "equal", ""},
		{"the record lists the mother, the note the father", "Family session with father, patient present.", all(family("family-with-patient"), related("mother", "MTH")), "differs", "warn"},
		{"the note does not say", "Family session.", family("family-with-patient"), "unknown", ""},
		{"the size of a group", "Group of 8 met.", group(8), "equal", ""},
		{"another size", "Group of 8 met.", group(6), "differs", "warn"},
		{"no size in the note", "Group met.", group(6), "unknown", ""},
		{"nobody takes part in an individual session", "Mother called.", nil, "", ""},
	},
	"cc_score": {
		{"the same", "PHQ-9 = 14", score("PHQ-9", 14, "2025-03-10"), "equal", ""},
		{"the version for the young is the same instrument", "PHQ-A = 14", score("PHQ-9M", 14, "2025-03-10"), "equal", ""},
		{"an earlier figure beside it", "PHQ-9 = 14. PHQ-9 was 18 before.", score("PHQ-9", 14, "2025-03-10"), "equal", ""},
		{"another figure", "PHQ-9 = 12", score("PHQ-9", 14, "2025-03-10"), "differs", "warn"},
		{"a score of another day", "PHQ-9 = 12", score("PHQ-9", 14, "2025-03-01"), "unknown", ""},
		{"none in the note", "Seen today.", score("PHQ-9", 14, "2025-03-10"), "unknown", ""},
		{"none anywhere", "Seen today.", nil, "", ""},
	},
	"cc_overlap": {
		{"visits that touch", "Start 14:00, stop 14:47", other("Encounter/e2", "14:47", "15:30"), "equal", ""},
		{"17 minutes in two places", "Start 14:00, stop 14:47", other("Encounter/e2", "14:30", "15:30"), "differs", "block"},
		{"the minutes of a group are not one-to-one", "Group of 8 met.", all(group(8), other("Encounter/e2", "14:30", "15:30")), "unknown", ""},
		{"the record gives no time of this visit", "Seen today.", all(changed(func(v *visit.Visit) { v.Session = visit.Session{} }), other("Encounter/e2", "14:30", "15:30")), "unknown", ""},
		{"the note's time where the record has none", "Start 14:00, stop 14:47", all(changed(func(v *visit.Visit) { v.Session = visit.Session{} }), other("Encounter/e2", "14:30", "15:30")), "differs", "block"},
		{"nothing else on that day", "Seen today.", nil, "", ""},
	},
	"cc_addon_primary": {
		{"90785 beside 90834", "Seen today.", facts(func(f *coding.Facts) {
			f.InteractiveComplexity = &coding.InteractiveComplexity{Present: truth(true), Factor: "maladaptive-communication"}
		}), "equal", ""},
		{"a charge of 90785 beside nothing", "Seen today.", all(sole("rest-or-waiting", 10), charge("90785")), "differs", "block"},
		{"a charge of 90833 beside psychotherapy alone", "Seen today.", charge("90833"), "differs", "block"},
		{"no add-on", "Seen today.", nil, "", ""},
	},
	"cc_wrong_person": {
		{"another first name in a goal", "Goals: Maria will practice breathing daily.", nil, "differs", "warn"},
		{"another pronoun in a goal", "Goals: She will practice breathing daily.", nil, "differs", "warn"},
		{"the patient's pronoun", "Goals: He will practice breathing daily.", nil, "equal", ""},
		{"the clinician's first name is known", "Goals: Rowan will review progress.\nHe agrees with goal 1.", nil, "equal", ""},
		{"a relative's name and pronoun", "Goals: improve talks with his sister Maria, she agrees.", nil, "", ""},
		{"one pronoun throughout is the person's own", "She reports poor sleep.\nGoals: She will practice breathing daily.", nil, "unknown", ""},
		{"two pronouns", "He reports poor sleep.\nGoals: She will practice breathing daily.", nil, "differs", "warn"},
		{"the gender is not known", "Goals: She will practice breathing daily.", changed(func(v *visit.Visit) { v.Person.Sex = "" }), "", ""},
	},
	"cc_cloned": {
		{"no earlier note", "Seen today.", nil, "", ""},
	},
	"cc_note_exists": {
		{"a note", "Seen today.", nil, "equal", ""},
		{"no note", "", changed(func(v *visit.Visit) { v.Note = visit.Note{Status: visit.NoteAbsent} }), "differs", "block"},
		{"one that cannot be read", "", changed(func(v *visit.Visit) { v.Note = visit.Note{Status: visit.NoteUnreadable, Reason: "it is a picture"} }), "unknown", ""},
	},
}

func later73() *time.Time {
	t := at("14:47").Add(73 * time.Hour)
	return &t
}

func related(relation ...string) side {
	return changed(func(v *visit.Visit) {
		v.Participants = []visit.Participant{{Reference: "RelatedPerson/r1", Relation: relation}}
	})
}

func group(size int) side {
	return func(v *visit.Visit, f *coding.Facts) {
		sole("group", 60)(v, f)
		f.Services[0].PatientsSimultaneous = &size
	}
}

func TestChecks(t *testing.T) {
	for id, cases := range rows {
		for _, tt := range cases {
			t.Run(id+": "+tt.why, func(t *testing.T) {
				change := tt.change
				if change == nil {
					change = func(*visit.Visit, *coding.Facts) {}
				}
				got, listed := find(review(t, tt.note, change), id)
				switch {
				case tt.status == "" && !listed:
				case tt.status == "":
					t.Errorf("listed, want it left out: %+v", got)
				case !listed:
					t.Error("not listed")
				case got.Status != tt.status || got.Severity != tt.severity:
					t.Errorf("got %s %s, want %s %s: %+v", got.Status, got.Severity, tt.status, tt.severity, got)
				}
				if listed {
					checkWhole(t, tt.note, got)
				}
			})
		}
	}
}

// checkWhole holds a check to what every one of them owes: words, a source, a severity only where it
// differs, both values where it is equal, and places that are bytes of the note.
func checkWhole(t *testing.T, note string, c consistency.Check) {
	t.Helper()
	if c.Text == "" || c.Reference == "" {
		t.Errorf("without words or reference: %+v", c)
	}
	if (c.Status == consistency.Differs) != (c.Severity != "") {
		t.Errorf("a severity belongs to a difference: %+v", c)
	}
	for _, e := range c.Evidence {
		if e.Start < 0 || e.End > len(note) || note[e.Start:e.End] != e.Text {
			t.Errorf("%+v is not bytes of the note", e)
		}
	}
}

func TestEveryCheckHasCasesOfEachStatus(t *testing.T) {
	codeDecides := map[string][]string{"cc_cloned": {"equal", "differs", "unknown"}, "cc_addon_primary": {"unknown"}, "cc_overlap": nil}
	for _, check := range review(t, "") {
		if rows[check.ID] == nil {
			t.Errorf("%s has no case", check.ID)
		}
	}
	if len(rows) != 21 {
		t.Errorf("got cases for %d checks, want 21", len(rows))
	}
	for id, cases := range rows {
		for _, status := range []string{"equal", "differs", "unknown"} {
			if !slices.ContainsFunc(cases, func(r row) bool { return r.status == status }) && !slices.Contains(codeDecides[id], status) {
				t.Errorf("%s has no case that is %s", id, status)
			}
		}
	}
}

// A note that repeats an earlier one says so as a row of the comparison.
func TestClonedNotes(t *testing.T) {
	const body = "Subjective: Client reports poor sleep and worry about work and money since the last week.\nResponse: Client was able to name three thoughts and practiced breathing twice in session.\n"
	for _, tt := range []struct{ why, note, prior, status, severity string }{
		{"word for word", body, body, "differs", "block"},
		{"other words", body, "Subjective: Arrived late after a car accident on the highway, shaken and tearful.\n", "equal", ""},
	} {
		v, facts := madeUp()
		got, listed := find(reviewOf(t, tt.note+earlier+tt.prior, v, facts), "cc_cloned")
		if !listed || got.Status != tt.status || got.Severity != tt.severity {
			t.Errorf("%s: got %+v, want %s %s", tt.why, got, tt.status, tt.severity)
		}
	}
}

// The seven rows of Headway's standard come first and are always there; the order never changes.
func TestOrder(t *testing.T) {
	seven := []string{"cc_patient_name", "cc_patient_dob", "cc_provider", "cc_credentials", "cc_service_date", "cc_start_stop", "cc_duration", "cc_location", "cc_cpt", "cc_diagnosis"}
	ids := func(checks []consistency.Check) (all []string) {
		for _, c := range checks {
			all = append(all, c.ID)
		}
		return all
	}
	if got := ids(review(t, "")); !slices.Equal(got, append(slices.Clone(seven), "cc_note_exists")) {
		t.Errorf("got %v without anything said", got)
	}
	everything := signedByRowan + " on 3/11/2025\nVia secure video.\nPHQ-9 = 14\nGoals: Maria will rest."
	want := append(slices.Clone(seven), "cc_modality_modifier", "cc_signature", "cc_sign_timeliness", "cc_score", "cc_overlap", "cc_wrong_person", "cc_note_exists")
	if got := ids(review(t, everything, tele("audio-video"), other("Encounter/e2", "16:00", "17:00"))); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestSameSidesGiveTheSameBytes(t *testing.T) {
	note := signedByRowan + " on 3/11/2025\nName: Jordan Rivera\nPHQ-9 = 12, GAD-7 = 3\nDx: F41.1, F33.1"
	change := all(diagnoses("F41.1"), score("PHQ-9", 14, "2025-03-10"), score("GAD-7", 3, "2025-03-10"), other("Encounter/e2", "14:30", "15:00"), related("mother"))
	first, err := json.Marshal(review(t, note, change))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := json.Marshal(review(t, note, change))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, again) {
			t.Fatalf("got\n%s\nand then\n%s", first, again)
		}
	}
}

// Other case, other accents and a hyphen for a space never make two people of one.
func TestSpellingNeverMakesNamesDiffer(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	people := []visit.Name{jordan, hyphened, {Text: "Zoë Ångström", Given: []string{"Zoë"}, Family: "Ångström"}, {Text: "Anna O'Brien", Given: []string{"Anna"}, Family: "O'Brien"}, {Text: "Łukasz Żak", Given: []string{"Łukasz"}, Family: "Żak"}}
	for range 300 {
		person := people[random.IntN(len(people))]
		written := respelled(random, person.Text)
		if got, _ := find(review(t, "Name: "+written+"\nDOS: 3/10/2025\n", names(person)), "cc_patient_name"); got.Status == consistency.Differs {
			t.Fatalf("%q and %q differ: %s", person.Text, written, got.Text)
		}
	}
}

// respelled writes a name in other case, with plain letters for some marked ones.
func respelled(random *rand.Rand, name string) string {
	plain := strings.NewReplacer("é", "e", "í", "i", "ñ", "n", "ë", "e", "Å", "A", "ö", "o", "Ł", "L", "Ż", "Z", "-", " ", "'", "’")
	if random.IntN(2) == 0 {
		name = plain.Replace(name)
	}
	switch random.IntN(4) {
	case 0:
		return strings.ToUpper(name)
	case 1:
		return strings.ToLower(name)
	case 2:
		words := strings.Fields(name)
		return words[len(words)-1] + ", " + strings.Join(words[:len(words)-1], " ")
	}
	return strings.Map(func(r rune) rune {
		if random.IntN(3) == 0 {
			return unicode.ToUpper(r)
		}
		return r
	}, name)
}

// A rule that names no severity for a kind of difference, or no source, is refused with all its faults.
func TestFaultsOfRules(t *testing.T) {
	if _, err := consistency.Builtin(); err != nil {
		t.Fatal(err)
	}
	_, err := consistency.Load(faulty, "rules", "words")
	if err == nil {
		t.Fatal("nothing was refused")
	}
	for _, want := range []string{
		`rules/cc_provider.yaml:7:5: 2013-01-01: severity lists "different", this check has "different, supervised"`,
		`the severity "grave" is not one of`, "each day needs its own reference", "rules/cc_cpt.yaml: is missing", `no check is called "cc_other"`,
		"rules/cc_start_stop.yaml:6:3: 2013-01-01: limits lists",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not among the faults:\n%v", want, err)
		}
	}
}
