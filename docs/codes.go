package docs

// FamilyOf is the family of documentation rules that the codes of a claim call for, and whether
// there is one.
func FamilyOf(codes []string) (family string, ok bool) { return "", false }

// ParseCodes reads the codes of a claim, separated by commas, each with its modifiers after
// hyphens: "90837,90785-95". A code listed twice is two units.
func ParseCodes(list string) ([]string, error) { return []string{}, nil }
