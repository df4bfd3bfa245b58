package consistency

// A comparison is one check in code, with the kinds of difference whose severity its rule must give, and
// the limits. It reports whether a side says anything.
type comparison struct {
	compare    func(*sides) (check Check, said bool)
	severities []string
	limits     []string
}

// The kinds of difference that several checks share.
const (
	different = "different"
	slightly  = "slightly" // within the limit of the graver one
)

// The checks that code speaks of by name.
const (
	modifierCheck = "cc_modality_modifier"
	clonedCheck   = "cc_cloned"
)

// comparisons are the checks by id.
var comparisons map[string]comparison

func init() {
	comparisons = map[string]comparison{
		"cc_patient_name":    {(*sides).patientName, []string{different}, nil},
		"cc_patient_dob":     {(*sides).birthDate, []string{different}, nil},
		"cc_provider":        {(*sides).provider, []string{different, "supervised"}, nil},
		"cc_credentials":     {(*sides).credentials, []string{different}, nil},
		"cc_service_date":    {(*sides).serviceDate, []string{different}, nil},
		"cc_start_stop":      {(*sides).startStop, []string{different, slightly}, []string{"minutes"}},
		"cc_duration":        {(*sides).duration, []string{"other-code", slightly}, nil},
		"cc_location":        {(*sides).location, []string{"telehealth", different}, nil},
		modifierCheck:        {(*sides).modality, []string{different}, nil},
		"cc_cpt":             {(*sides).codes, []string{different}, nil},
		"cc_units":           {(*sides).units, []string{different}, nil},
		"cc_diagnosis":       {(*sides).diagnosis, []string{"lacking", "order", "more"}, nil},
		"cc_signature":       {(*sides).signature, []string{different}, nil},
		"cc_sign_timeliness": {(*sides).timeliness, []string{different}, []string{"hours"}},
		"cc_participants":    {(*sides).participants, []string{different, "presence"}, nil},
		"cc_score":           {(*sides).scores, []string{different}, nil},
		"cc_overlap":         {(*sides).overlap, []string{different}, []string{"minutes"}},
		"cc_addon_primary":   {(*sides).addOns, []string{different}, nil},
		"cc_wrong_person":    {(*sides).wrongPerson, []string{different}, nil},
		clonedCheck:          {(*sides).cloned, nil, nil},
		"cc_note_exists":     {(*sides).noteExists, []string{different}, nil},
	}
}
