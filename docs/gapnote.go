package docs

// A GapNoteHead is what stands around the gaps in a gap note.
type GapNoteHead struct {
	Day       string   // day of service, as 2025-03-10
	Encounter string   // reference of the visit, such as Encounter/e1
	Lines     []string // the lines suggested, such as "90837 x1"
	Rules     []string // the rule versions that gave the answer
}

// GapNote writes the gaps of a result as plain text of lines up to 78 columns, for the clinician
// who has ten seconds.
func GapNote(result Result, head GapNoteHead) string { return "" }
