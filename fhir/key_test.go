package fhir_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/chargenote/chargenote/fhir"
)

// What was filed under a key is found again under it for ever: these values may never change.
func TestKeysAreStable(t *testing.T) {
	const issuer = "https://ehr.example/fhir/r4/T1"
	for _, tt := range []struct{ name, got, want string }{
		{"charge", fhir.ChargeKey("clinic", issuer, "Encounter/e1", "2025-03-10", "90834", []string{"95"}, 0), "f7f1b6eb-19bf-5dec-a00c-4d10266aa486"},
		{"charge without modifiers", fhir.ChargeKey("clinic", issuer, "Encounter/e1", "2025-03-10", "90834", nil, 0), "d9502c64-8827-51b7-a092-c957018c9083"},
		{"gap note", fhir.GapNoteKey("clinic", issuer, "Encounter/e1", "2025-03-10", 0), "a139777c-d57b-5063-beef-91439e0b50db"},
		{"provenance", fhir.ProvenanceKey("a", "b"), "0c177857-aa2f-5608-b438-cbfce1f82cbb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %s, want %s", tt.got, tt.want)
			}
			if id, err := uuid.Parse(tt.got); err != nil || id.Version() != 5 || id.Variant() != uuid.RFC4122 {
				t.Errorf("%s is no name-based UUID of version 5", tt.got)
			}
		})
	}
}

func TestEveryPartOfAChargeChangesItsKey(t *testing.T) {
	keys := map[string]string{}
	for _, c := range []struct {
		name                                 string
		tenant, issuer, encounter, day, code string
		modifiers                            []string
		ordinal                              int
	}{
		{"plain", "t", "https://a", "e1", "2025-03-10", "97110", []string{"GP"}, 0},
		{"other tenant", "u", "https://a", "e1", "2025-03-10", "97110", []string{"GP"}, 0},
		{"other issuer", "t", "https://b", "e1", "2025-03-10", "97110", []string{"GP"}, 0},
		{"other encounter", "t", "https://a", "e2", "2025-03-10", "97110", []string{"GP"}, 0},
		{"other day", "t", "https://a", "e1", "2025-03-11", "97110", []string{"GP"}, 0},
		{"other code", "t", "https://a", "e1", "2025-03-10", "97112", []string{"GP"}, 0},
		{"other modifier", "t", "https://a", "e1", "2025-03-10", "97110", []string{"GO"}, 0},
		{"one modifier more", "t", "https://a", "e1", "2025-03-10", "97110", []string{"GP", "59"}, 0},
		{"no modifier", "t", "https://a", "e1", "2025-03-10", "97110", nil, 0},
		{"second of its kind", "t", "https://a", "e1", "2025-03-10", "97110", []string{"GP"}, 1},
		{"parts joined otherwise", "thttps", "://a", "e1", "2025-03-10", "97110", []string{"GP"}, 0},
		{"length written into a part", "t9:https://a", "", "e1", "2025-03-10", "97110", []string{"GP"}, 0},
		{"modifiers run together", "t", "https://a", "e1", "2025-03-10", "97110", []string{"GPGP"}, 0},
	} {
		key := fhir.ChargeKey(c.tenant, c.issuer, c.encounter, c.day, c.code, c.modifiers, c.ordinal)
		if other, taken := keys[key]; taken {
			t.Errorf("%q and %q have one key %s", c.name, other, key)
		}
		keys[key] = c.name
	}
	if gap := fhir.GapNoteKey("t", "https://a", "e1", "2025-03-10", 0); keys[gap] != "" {
		t.Errorf("the gap note has the key of %q", keys[gap])
	}
}

func TestOneChargeWrittenDifferentlyHasOneKey(t *testing.T) {
	want := fhir.ChargeKey("t", "https://a/fhir", "Encounter/e1", "2025-03-10", "97110", []string{"GP", "59"}, 0)
	for _, tt := range []struct {
		name, encounter, code string
		modifiers             []string
	}{
		{"bare id", "e1", "97110", []string{"GP", "59"}},
		{"absolute", "https://a/fhir/Encounter/e1", "97110", []string{"GP", "59"}},
		{"with a version", "Encounter/e1/_history/4", "97110", []string{"GP", "59"}},
		{"order of modifiers", "e1", "97110", []string{"59", "GP"}},
		{"case and spaces", "e1", " 97110", []string{"gp", "59 "}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := fhir.ChargeKey("t", "https://a/fhir", tt.encounter, "2025-03-10", tt.code, tt.modifiers, 0); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	if fhir.ProvenanceKey("a", "b") != fhir.ProvenanceKey("b", "a") {
		t.Error("the order of the keys changes the Provenance")
	}
}
