package ncci_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/ncci"
)

func TestChanges(t *testing.T) {
	none := effective.Date{}
	before := &ncci.Layer{Quarter: day("2024-07-01"), Tables: ncci.Tables{
		Pairs: map[ncci.Side][]ncci.PairRow{ncci.Practitioner: {
			{"90791", "90832", none, none, 0},
			{"90791", "96116", none, none, 0},
			{"90791", "G0444", none, none, 1},
			{"96136", "96138", none, none, 1},
			{"97116", "97530", none, none, 1},
			{"97140", "97530", none, none, 1},
			{"97150", "97110", none, day("2019-12-31"), 1},
			{"97161", "97140", none, day("2020-10-01"), 9},
			{"97124", "97140", none, none, 1},
			{"97140", "97124", none, none, 1},
		}},
		Limits: map[ncci.Side][]ncci.LimitRow{
			ncci.Practitioner:       {{"90785", 3, 3}, {"96130", 1, 2}, {"97130", 3, 3}, {"99354", 1, 2}},
			ncci.OutpatientHospital: {{"90785", 3, 3}},
		},
		AddOns: []ncci.AddOnRow{
			{"90785", 1, "90791", none, none}, {"90785", 1, "99441", none, none}, {"96131", 2, "", none, none},
			{"99354", 1, "90837", none, none}, {"90836", 3, "99214", none, none},
		},
	}}
	after := &ncci.Layer{Quarter: quarter, Tables: ncci.Tables{
		Pairs: map[ncci.Side][]ncci.PairRow{
			ncci.Practitioner: {
				{"90791", "90832", none, none, 0},
				{"90791", "96116", day("2025-01-01"), none, 1},
				{"90791", "G0444", none, day("2025-12-31"), 1},
				{"90791", "96127", day("2026-10-01"), none, 0},
				{"90791", "96160", day("2026-10-02"), none, 0},
				{"97530", "97116", day("2025-04-01"), none, 1},
				{"97140", "97530", none, none, 1},
				{"97161", "97140", day("2020-10-01"), day("2020-10-01"), 9},
				{"97124", "97140", none, none, 1},
			},
			ncci.OutpatientHospital: {{"90791", "90839", none, none, 1}},
		},
		Limits: map[ncci.Side][]ncci.LimitRow{ncci.Practitioner: {{"90785", 3, 3}, {"96130", 1, 3}, {"97130", 7, 2}, {"98975", 1, 2}}},
		AddOns: []ncci.AddOnRow{
			{"90785", 1, "90791", none, none}, {"90785", 1, "99441", none, day("2024-12-31")}, {"90785", 1, "90853", none, none}, {"96131", 3, "", none, none},
			{"96131", 3, "96130", none, none}, {"99354", 1, "90837", none, day("2022-12-31")}, {"90836", 3, "99214", none, none}, {"97130", 1, "97129", none, none},
		},
	}}
	want := []string{
		"practitioner: 90791 with 96116: from 0 to 1, together when distinct",
		"practitioner: 90791 with 96127: added, never together",
		"practitioner: 90791 with G0444: ended, last day 2025-12-31",
		"practitioner: 96136 with 96138: ended",
		"practitioner: 97140 with 97124: ended",
		"practitioner: 97530 with 97116: columns turned, 97530 is now column 1 and 97116 is denied; together when distinct",
		"outpatient hospital: the PTP table is new; the layer before has none to compare with",
		"practitioner: 96130: adjudication indicator from 2 to 3",
		"practitioner: 97130: units from 3 to 7",
		"practitioner: 97130: adjudication indicator from 3 to 2",
		"practitioner: 98975: limit added, 1 unit, indicator 2",
		"practitioner: 99354: limit ended, it was 1 unit, indicator 2",
		"outpatient hospital: the MUE table was not given; what the layer before says stays",
		"add-ons: 90785 with 90853: primary added",
		"add-ons: 90785 with 99441: primary removed",
		"add-ons: 96131: type from 2 to 3",
		"add-ons: 96131 with 96130: primary added",
		"add-ons: 97130: add-on added, of type 1",
		"add-ons: 97130 with 97129: primary added",
		"add-ons: 99354: add-on ended, it was of type 1",
	}
	var got []string
	for _, change := range ncci.Changes(before, after) {
		got = append(got, change.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNoChanges(t *testing.T) {
	if got := ncci.Changes(whole(t), whole(t)); len(got) != 0 {
		t.Errorf("a layer differs from itself: %v", got)
	}
}
