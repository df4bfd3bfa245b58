package demoehr

// A person is a made-up patient. Born is a FHIR date; record is the medical record number.
type person struct {
	id, given, family, born, sex, record string
}

func (p person) name() string { return p.given + " " + p.family }

// A clinician is a made-up clinician with the NUCC taxonomy code of the discipline.
type clinician struct {
	id, name, given, family, credential string
	taxonomy, specialty                 string
}

// signs is the name as it stands under a note.
func (c clinician) signs() string { return c.name + ", " + c.credential }

// The clinicians of the clinic, one of each discipline that the visits need.
var (
	psychologist = clinician{"maren-lindqvist", "Maren Lindqvist", "Maren", "Lindqvist", "PhD", "103TC0700X", "Clinical Psychologist"}
	socialWorker = clinician{"adaeze-okonkwo-reyes", "Adaeze Okonkwo-Reyes", "Adaeze", "Okonkwo-Reyes", "LCSW", "1041C0700X", "Clinical Social Worker"}
	psychiatrist = clinician{"ruben-tamayo", "Ruben Tamayo", "Ruben", "Tamayo", "MD", "2084P0800X", "Psychiatry"}
	familyDoctor = clinician{"isolde-marchetti", "Isolde Marchetti", "Isolde", "Marchetti", "MD", "207Q00000X", "Family Medicine"}
	physical     = clinician{"hollis-vandermeer", "Hollis Vandermeer", "Hollis", "Vandermeer", "PT, DPT", "225100000X", "Physical Therapist"}
	occupational = clinician{"yuki-abernathy", "Yuki Abernathy", "Yuki", "Abernathy", "OTR/L", "225X00000X", "Occupational Therapist"}
	speech       = clinician{"soren-delacroix", "Soren Delacroix", "Soren", "Delacroix", "MS, CCC-SLP", "235Z00000X", "Speech-Language Pathologist"}
)

var clinicians = []clinician{psychologist, socialWorker, psychiatrist, familyDoctor, physical, occupational, speech}

// A payer is who pays, with its code in the source of payment typology (https://nahdo.org/sopt).
type payer struct {
	id, name, code, display string
}

var (
	medicare   = payer{"medicare", "Medicare (demo)", "1", "MEDICARE"}
	medicaid   = payer{"medicaid", "Medicaid (demo)", "2", "MEDICAID"}
	commercial = payer{"harbor-mutual", "Harbor Mutual Health Plan (made up)", "5", "PRIVATE HEALTH INSURANCE"}
	selfPay    = payer{"", "", "81", "Self-pay"} // the patient pays: no organization
)

var payers = []payer{medicare, medicaid, commercial}

// clinicianOf is who rendered a visit, and so who launches the app from it; for an encounter that
// is not of the seed, the first clinician of the clinic.
func (e *EHR) clinicianOf(encounter string) clinician {
	if story := storyOf(encounter); story != nil {
		return story.clinician
	}
	return clinicians[0]
}
