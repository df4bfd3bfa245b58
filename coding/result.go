package coding

// A Status is the answer of one rule for one visit. The empty string is not a status.
type Status string

// The statuses of a rule.
const (
	Met          Status = "met"
	NotMet       Status = "not-met"
	Unknown      Status = "unknown"       // a fact is missing; a question asks for it
	NotEffective Status = "not-effective" // no value holds on the day of service
)

// A Result is what the coding rules say about one visit.
type Result struct {
	DateOfService string         `json:"dateOfService"`
	Rules         RulesVersion   `json:"rules"`
	Minutes       []Minutes      `json:"minutes"`
	Suggestions   []Suggestion   `json:"suggestions"`
	Choices       []Choice       `json:"choices"`
	NotSuggested  []NotSuggested `json:"notSuggested"`
	Flags         []Flag         `json:"flags"`
	Questions     []Question     `json:"questions"`
}

// RulesVersion names the rule pack that gave an answer.
type RulesVersion struct {
	Version string `json:"version"` // such as 2026.1
	Digest  string `json:"digest"`  // sha256: and the hex digest of the rule files
}

// Minutes are whole minutes of one activity that were looked at, and whether they count for a code.
type Minutes struct {
	Activity  string   `json:"activity"`
	Minutes   int      `json:"minutes"`
	Counted   bool     `json:"counted"`
	Why       string   `json:"why,omitempty"` // of minutes that are not counted, in one plain sentence
	Sources   []string `json:"sources,omitempty"`
	Reference string   `json:"reference,omitempty"`
	Layer     string   `json:"layer,omitempty"`
}

// A Suggestion is one line that may be billed as it stands.
type Suggestion struct {
	Code           string    `json:"code"`
	Units          int       `json:"units"`
	Modifiers      []string  `json:"modifiers"`
	PlaceOfService string    `json:"placeOfService,omitempty"`
	Label          string    `json:"label"`
	Minutes        *int      `json:"minutes,omitempty"` // whole minutes of the service; absent where time does not decide
	Flags          []string  `json:"flags"`
	Because        []Because `json:"because"`
	Next           *Next     `json:"next,omitempty"`
	Margin         *int      `json:"margin,omitempty"`  // whole minutes that the service could be shorter with these units standing; absent where that is not by its own minutes alone
	AddOnTo        string    `json:"addOnTo,omitempty"` // the code without which this one may not be billed
}

// Because is the answer of one rule that was in play for a line.
type Because struct {
	Rule      string   `json:"rule"`
	Status    Status   `json:"status"`
	Text      string   `json:"text"` // one plain sentence
	Sources   []string `json:"sources,omitempty"`
	Reference string   `json:"reference"`
	Layer     string   `json:"layer,omitempty"` // the layer of rules that decided: built-in, or as a pack names itself
}

// Next is the next threshold up: which code it would be, and how many whole minutes more.
type Next struct {
	Code        string `json:"code"`
	MinutesToGo int    `json:"minutesToGo"`
}

// A Choice is a line that the rules leave to the clinician. Each option replaces the open part only.
type Choice struct {
	Why     string   `json:"why"`
	Options [][]Line `json:"options"`
}

// A Line is a code with its units and modifiers.
type Line struct {
	Code      string   `json:"code"`
	Units     int      `json:"units"`
	Modifiers []string `json:"modifiers"`
}

// NotSuggested is a line that was in play and fell away.
type NotSuggested struct {
	Code      string `json:"code"`
	Status    Status `json:"status"`
	Text      string `json:"text"`
	Reference string `json:"reference,omitempty"`
	Layer     string `json:"layer,omitempty"`
}

// A Flag is a finding in words, with the code it concerns.
type Flag struct {
	Kind string `json:"kind"`
	Code string `json:"code,omitempty"`
	Text string `json:"text"`
}

// A Question names the fact that would settle an unknown, and what it unlocks.
type Question struct {
	ID      string   `json:"id"`
	Text    string   `json:"text"`
	Fact    string   `json:"fact,omitempty"` // path of the fact that settles it, such as visit.modality
	Unlocks []string `json:"unlocks"`
}
