package fhir

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// The identifier systems of what this program writes.
const (
	ChargeSystem     = "https://chargenote.dev/fhir/identifier/charge"
	GapNoteSystem    = "https://chargenote.dev/fhir/identifier/gap-note"
	ProvenanceSystem = "https://chargenote.dev/fhir/identifier/provenance"
)

// keySpace is the namespace of every key: the name-based UUID of our identifier URL. It never
// changes, or every charge that is already filed would be filed again.
var keySpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://chargenote.dev/fhir/identifier"))

// ChargeKey is the identifier value of one charge: a name-based UUID (version 5) over tenant,
// issuer, encounter, day of service, code with modifiers and the ordinal of the line among its
// equals. Neither the version of the rules nor the user is in it, so that a second press, another
// user or a new release meets the same charge. The order of the modifiers does not matter.
func ChargeKey(tenant, issuer, encounter, day, code string, modifiers []string, ordinal int) string {
	parts := []string{tenant, issuer, keyEncounter(encounter), day, keyCode(code)}
	sorted := make([]string, len(modifiers))
	for i, m := range modifiers {
		sorted[i] = keyCode(m)
	}
	slices.Sort(sorted)
	parts = append(parts, strconv.Itoa(len(sorted)))
	parts = append(parts, sorted...)
	return key("charge", append(parts, strconv.Itoa(ordinal))...)
}

// GapNoteKey is the identifier value of the gap note of one visit day. The ordinal counts those of it that were
// marked entered-in-error, and the first note's key is without one.
func GapNoteKey(tenant, issuer, encounter, day string, ordinal int) string {
	parts := []string{tenant, issuer, keyEncounter(encounter), day}
	if ordinal > 0 {
		parts = append(parts, strconv.Itoa(ordinal))
	}
	return key("gap-note", parts...)
}

// ProvenanceKey is the tag of the Provenance of one filing: a name-based UUID over the keys of
// what it speaks of, in any order.
func ProvenanceKey(keys ...string) string {
	sorted := slices.Clone(keys)
	slices.Sort(sorted)
	return key("provenance", sorted...)
}

// key joins the parts with their lengths before them, so that no two lists of parts give one name.
func key(kind string, parts ...string) string {
	var name strings.Builder
	for _, part := range append([]string{kind}, parts...) {
		name.WriteString(strconv.Itoa(len(part)))
		name.WriteByte(':')
		name.WriteString(part)
	}
	return uuid.NewSHA1(keySpace, []byte(name.String())).String()
}

func keyCode(code string) string { return strings.ToUpper(strings.TrimSpace(code)) }

// keyEncounter lets "e1", "Encounter/e1", "Encounter/e1/_history/2" and an absolute URL be one encounter.
func keyEncounter(encounter string) string {
	encounter, _, _ = strings.Cut(encounter, "/_history/")
	if i := strings.LastIndex(encounter, "Encounter/"); i >= 0 {
		return encounter[i:]
	}
	if strings.HasPrefix(encounter, "urn:") {
		return encounter
	}
	return "Encounter/" + encounter
}
