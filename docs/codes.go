package docs

import (
	"fmt"
	"slices"
	"strings"
)

// familyOfCode is the family of documentation rules of each procedure code. Codes without a family
// of their own (an E/M visit, 90785) are absent.
var familyOfCode = map[string]string{
	"90832": "psychotherapy", "90834": "psychotherapy", "90837": "psychotherapy",
	"90839": "crisis", "90840": "crisis", "G0017": "crisis", "G0018": "crisis",
	"90833": "em_psychotherapy", "90836": "em_psychotherapy", "90838": "em_psychotherapy",
	"90791": "intake", "90792": "intake",
	"96130": "testing", "96131": "testing", "96132": "testing", "96133": "testing",
	"96112": "testing", "96113": "testing",
	"96127": "screening",
	"97129": "cognitive", "97130": "cognitive",
	"G0283": "timed_therapy",
	"90846": "family", "90847": "family", "90849": "family",
	"90853": "group",
}

var telehealthModifiers = []string{"95", "93", "GT", "FQ"}

// TelehealthModifier reports whether a modifier says that patient and clinician met from afar.
func TelehealthModifier(modifier string) bool { return slices.Contains(telehealthModifiers, modifier) }

// FamilyOf is the family of documentation rules that the codes of a claim call for, and whether
// there is one. Psychotherapy beside an E/M visit is em_psychotherapy; a brief assessment (96127)
// decides only where it stands alone. The extended family follows from the minutes of the note and
// is chosen by Check.
func FamilyOf(codes []string) (family string, ok bool) {
	for _, claim := range codes {
		code, _ := splitCode(claim)
		found := familyOfCode[code]
		if found == "" && strings.HasPrefix(code, "97") && len(code) == 5 {
			found = "timed_therapy"
		}
		switch {
		case found == "":
		case found == familyEM:
			return found, true
		case family == "" || family == "screening":
			family = found
		}
	}
	return family, family != ""
}

// overlaysOf are the overlays that the codes call for: telehealth by modifier, interactive
// complexity by 90785.
func overlaysOf(codes []string) []string {
	overlays := []string{}
	for _, claim := range codes {
		code, modifiers := splitCode(claim)
		if code == "90785" && !slices.Contains(overlays, overlayComplexity) {
			overlays = append(overlays, overlayComplexity)
		}
		for _, m := range modifiers {
			if TelehealthModifier(m) && !slices.Contains(overlays, overlayTelehealth) {
				overlays = append(overlays, overlayTelehealth)
			}
		}
	}
	return overlays
}

// splitCode parts a code from its modifiers: "90837-95" is 90837 and 95.
func splitCode(claim string) (code string, modifiers []string) {
	parts := strings.Split(strings.ToUpper(strings.TrimPrefix(strings.TrimSpace(claim), "+")), "-")
	return parts[0], parts[1:]
}

// plainCodes are the codes without their modifiers.
func plainCodes(codes []string) []string {
	plain := make([]string, len(codes))
	for i, claim := range codes {
		plain[i], _ = splitCode(claim)
	}
	return plain
}

// ParseCodes reads the codes of a claim, separated by commas, each with its modifiers after
// hyphens: "90837,90785-95". A code listed twice is two units. A code is five characters, digits
// or a letter before four digits; a modifier is two letters or digits.
func ParseCodes(list string) ([]string, error) {
	codes := []string{}
	if strings.TrimSpace(list) == "" {
		return nil, fmt.Errorf("no code is given, write them as 90837,90785-95")
	}
	for item := range strings.SplitSeq(list, ",") {
		code, modifiers := splitCode(item)
		if code == "" {
			return nil, fmt.Errorf("a code is missing between commas in %q", list)
		}
		if !wellFormed(code) {
			return nil, fmt.Errorf("%q is not a procedure code, write five characters such as 90837 or G0444", code)
		}
		for _, m := range modifiers {
			if len(m) != 2 || !isPlainAlnum(m) {
				return nil, fmt.Errorf("%q of %s is not a modifier, write two characters such as 95", m, code)
			}
		}
		codes = append(codes, strings.Join(append([]string{code}, modifiers...), "-"))
	}
	return codes, nil
}

func wellFormed(code string) bool {
	if len(code) != 5 {
		return false
	}
	for i := range len(code) {
		if !isDigit(code[i]) && !(i == 0 && code[i] >= 'A' && code[i] <= 'Z') && !(i == 4 && code[i] >= 'A' && code[i] <= 'Z') {
			return false
		}
	}
	return true
}

func isPlainAlnum(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) && !(s[i] >= 'A' && s[i] <= 'Z') {
			return false
		}
	}
	return true
}
