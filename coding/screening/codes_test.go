package screening_test

import (
	"slices"
	"testing"

	"github.com/chargenote/chargenote/coding/screening"
)

// What each instrument supports, as data: codes, and ? where it depends on the payer.
func TestSupports(t *testing.T) {
	for name, want := range map[string][]string{
		"PHQ-2": {"96127", "G0444"}, "PHQ-9": {"96127", "G0444"}, "PHQ-9M": {"96127"}, "GAD-7": {"96127"},
		"AUDIT": {"G0442", "99408", "G0396", "96127?"}, "AUDIT-C": {"G0442"}, "DAST-10": {"99408", "G0396", "96127?"},
		"PCL-5": {"96127"}, "EPDS": {"96127", "96161"}, "C-SSRS": {"96127?"}, "MDQ": {"96127"}, "ASRS": {"96127"}, "PSC-17": {"96127"},
		"Vanderbilt": {"96127"}, "ACE": {"96160", "G9919?", "G9920?"}, "WHODAS 2.0": {"96127?", "96160?"},
		"MoCA": nil, "MMSE": nil, "SLUMS": nil, "Mini-Cog": nil, "BOMC": nil, "AD8": nil, "IQCODE": nil, "ACE-III": nil,
	} {
		var got []string
		for _, s := range named(t, name).Supports {
			code := s.Code
			if s.ByPayer {
				code += "?"
			}
			got = append(got, code)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s supports %v, want %v", name, got, want)
		}
	}
}

// 96127 falls away beside psychotherapy and testing wherever it is supported.
func TestBundled(t *testing.T) {
	for _, i := range builtin(t).All() {
		supports := slices.ContainsFunc(i.Supports, func(s screening.Support) bool { return s.Code == "96127" })
		bundled := slices.ContainsFunc(i.Bundled, func(b screening.Bundle) bool { return b.Code == "96127" && slices.Contains(b.Payers, "Medicare") })
		if supports != bundled {
			t.Errorf("%s supports 96127 %t, and it falls away beside psychotherapy %t", i.Name, supports, bundled)
		}
	}
}

func TestSentences(t *testing.T) {
	for _, tt := range []struct{ name, supports, bundled string }{
		{"GAD-7", "GAD-7 supports 96127 for each instrument that is scored and documented.",
			"96127 for GAD-7 falls away beside psychotherapy, crisis, diagnostic evaluation and testing on practitioner claims for Medicare and Medicaid."},
		{"C-SSRS", "C-SSRS supports 96127 where the payer takes it for this instrument, by payer.",
			"96127 for C-SSRS falls away beside crisis psychotherapy (90839); 96127 for C-SSRS falls away beside psychotherapy, diagnostic evaluation and testing on practitioner claims for Medicare and Medicaid."},
		{"MoCA", "MoCA has no code of its own.", "MoCA is part of the evaluation and management service."},
		{"AUDIT-C", "AUDIT-C supports G0442 once in 12 months for Medicare, 5 to 15 minutes.", ""},
	} {
		i := named(t, tt.name)
		if got := i.SupportText(); got != tt.supports {
			t.Errorf("%s: got %q", tt.name, got)
		}
		if got := i.BundledText(); got != tt.bundled {
			t.Errorf("%s: got %q", tt.name, got)
		}
	}
}
