package smart

// An Issuer is one EHR that may launch us, as its entry in the configuration says.
type Issuer struct {
	// ISS is the FHIR base URL exactly as the EHR sends it in iss. It is looked up letter for letter.
	ISS string `yaml:"iss"`
	// Aliases are other spellings of the same base, for example with a slash at the end.
	Aliases []string `yaml:"aliases"`
	// Key names the entry in our redirect URI, /callback/{key}: lower case letters, digits and hyphens.
	Key string `yaml:"key"`
	// Tenant is the practice, for names that must differ between practices.
	Tenant string `yaml:"tenant"`
	// Client is how we are registered at this EHR.
	Client Client `yaml:"client"`
	// OIDC overrides what discovery says about id_tokens.
	OIDC OIDC `yaml:"oidc"`
	// Hosts are further hosts (host or host:port) where this EHR may place its endpoints.
	// The hosts of iss, aliases, oidc.issuer and oidc.jwks need no mention.
	Hosts []string `yaml:"hosts"`
	// Scopes to ask for; empty asks for [DefaultScopes].
	Scopes []string `yaml:"scopes"`
	// FrameAncestors are the origins whose pages may show us in a frame.
	FrameAncestors []string `yaml:"frame_ancestors"`
	// Headers are sent with every request to the FHIR base.
	Headers map[string]string `yaml:"headers"`
	// AllowPrivate permits addresses that are not public: an EHR within the clinic's own network.
	AllowPrivate bool `yaml:"allow_private"`
	// Zone is the clinic's IANA time zone, as America/New_York.
	Zone string `yaml:"zone"`
	// EarlierNotes allows the patient's notes of earlier visits to be read, to say how much of a note was
	// copied forward. Without it only the visit itself is read.
	EarlierNotes bool `yaml:"earlier_notes"`
	// SuggestionInNote has the confirmed lines filed as text in a DocumentReference where the EHR takes no ChargeItem.
	// It files into the legal record, so the site has to want it; without it the lines are shown to be entered by hand.
	SuggestionInNote bool `yaml:"suggestion_in_note"`
	// Activities, Payers, Disciplines and Instruments translate the site's own codes and words; they are only
	// carried here.
	Activities  map[string]string `yaml:"activities"`
	Payers      map[string]string `yaml:"payers"`
	Disciplines map[string]string `yaml:"disciplines"`
	Instruments map[string]string `yaml:"instruments"`
}

// A Client is our registration at an EHR.
type Client struct {
	ID string `yaml:"id"`
	// Auth is none (a public client), basic or post. private_key_jwt is named by the standard and not offered yet.
	Auth string `yaml:"auth"`
	// BasicEncoding is rfc6749 (the default: id and secret are form-encoded first) or raw.
	BasicEncoding string `yaml:"basic_encoding"`
	// Secret, or the file or the environment variable that holds it: one of the three, with basic and post.
	Secret     Secret `yaml:"secret"`
	SecretFile string `yaml:"secret_file"`
	SecretEnv  string `yaml:"secret_env"`
}

// OIDC overrides what discovery says about id_tokens.
type OIDC struct {
	Issuer     string   `yaml:"issuer"`
	JWKS       string   `yaml:"jwks"`
	Algorithms []string `yaml:"algorithms"`
}

// DefaultScopes are asked for where an entry names none: one visit's record, and what is written when a clinician confirms.
var DefaultScopes = []string{
	"launch", "openid", "fhirUser", "online_access",
	"user/Patient.r", "user/Practitioner.r", "user/PractitionerRole.rs", "user/Encounter.rs", "user/Procedure.rs",
	"user/Condition.rs", "user/Coverage.rs", "user/Observation.rs", "user/QuestionnaireResponse.rs", "user/Binary.r",
	"user/DocumentReference.crs", "user/ChargeItem.crs", "user/Provenance.crs",
	"user/DocumentReference.u", "user/ChargeItem.u", // by themselves: where they are not granted, the others are
}
