package coding

import (
	"fmt"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// tableFaults lists what is wrong with a table that decoded well.
func (l *loader) tableFaults(id string) []fault {
	t := &l.rules.tables
	heads := map[string]head{
		"pack": t.pack.Head, "eligibility": t.eligibility.Head, "pairs": t.pairs.Head, "unit-limits": t.unitLimits.Head,
		"telehealth": t.telehealth.Head, "therapy-modifiers": t.therapyModifiers.Head, "long-psychotherapy": t.longPsychotherapy.Head,
	}
	var all []fault
	add := func(problem string, keys ...string) { all = append(all, fault{keys, problem}) }
	cited := func(references []effective.Reference, keys ...string) {
		for _, problem := range referenceFaults(references) {
			add(problem, keys...)
		}
	}
	if heads[id].ID != id {
		add(fmt.Sprintf("the id %q is not the file name %q", heads[id].ID, id), "id")
	}
	if heads[id].Checked.IsZero() {
		add("a table needs the day on which a person last compared it with its sources", "checked")
	}
	switch id {
	case "pack":
		if t.pack.Version == "" {
			add("a rule pack needs a version", "version")
		}
	case "eligibility":
		for _, group := range t.eligibility.Groups {
			for _, word := range group.FurnishedBy {
				if !slices.Contains(disciplines, word) {
					add(fmt.Sprintf("%q is no discipline", word), "groups")
				}
			}
			for day, value := range group.Effective.All {
				if value != nil {
					cited(value.Reference, "groups", group.Name, day.String())
				}
			}
		}
	case "pairs":
		cited(t.pairs.Practitioner.Reference, "practitioner", "reference")
		cited(t.pairs.OutpatientHospital.Reference, "outpatientHospital", "reference")
		cited(t.pairs.EveryPayer.Reference, "everyPayer", "reference")
		cited(t.pairs.SamePractitioner.Reference, "samePractitioner", "reference")
	case "unit-limits":
		cited(t.unitLimits.Reference, "reference")
	case "therapy-modifiers":
		cited(t.therapyModifiers.Reference, "reference")
		for day, value := range t.therapyModifiers.Assistants.All {
			if value != nil {
				cited(value.Reference, "assistants", day.String())
			}
		}
		for day, value := range t.therapyModifiers.Thresholds.All {
			if value != nil {
				cited(value.Reference, "thresholds", day.String())
			}
		}
	case "telehealth":
		for _, kind := range effective.SortedKeys(t.telehealth.Video) {
			for day, value := range t.telehealth.Video[kind].All {
				if value != nil {
					cited(value.Reference, "video", kind, day.String())
				}
			}
		}
		for day, value := range t.telehealth.Audio.All {
			if value != nil {
				cited(value.Reference, "audio", day.String())
			}
		}
	case "long-psychotherapy":
		for day, value := range t.longPsychotherapy.Effective.All {
			if value != nil {
				cited(value.Reference, "effective", day.String())
			}
		}
	}
	return all
}
