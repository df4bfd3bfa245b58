package ncci

import "strings"

// A Side says for whose claims a table of CMS holds.
type Side string

// The sides, by the names that the rule files use.
const (
	Practitioner       Side = "practitioner"       // practitioners and ambulatory surgical centers
	OutpatientHospital Side = "outpatientHospital" // hospitals, and therapy providers that bill as they do
)

// sides is the order in which sides are written.
var sides = []Side{Practitioner, OutpatientHospital}

// String is the side in words.
func (s Side) String() string {
	if s == OutpatientHospital {
		return "outpatient hospital"
	}
	return string(s)
}

// sideWords are the parts of CMS's file names that tell the side.
var sideWords = map[Side][]string{
	Practitioner:       {"ccipra", "practitioner"},
	OutpatientHospital: {"ccioph", "hospital"},
}

// sideOfName is the side that a file name tells; empty where it tells none, or both.
func sideOfName(name string) Side {
	name = strings.ToLower(name)
	var found []Side
	for _, side := range sides {
		for _, word := range sideWords[side] {
			if strings.Contains(name, word) {
				found = append(found, side)
				break
			}
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}
