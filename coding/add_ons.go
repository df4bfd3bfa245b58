package coding

import (
	"fmt"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// addOnsTable is the add-on code table of CMS: which codes an add-on may follow. Where it is silent
// or leaves the answer to the contractor, the rule of the add-on says it.
type addOnsTable struct {
	Head    head                `yaml:",inline"`
	Quarter effective.Date      `yaml:"quarter"` // first day of the table that these rows are from
	Source  source              `yaml:",inline"`
	AddOns  map[string]addOnRow `yaml:"addOns"`
}

func (t *addOnsTable) heading() head { return t.Head }

func (t *addOnsTable) origin() *source { return &t.Source }

// addOnRow is one add-on of the table. One without primaries leaves the answer to its rule: CMS lists
// only codes that no rule knows.
type addOnRow struct {
	Type      int      `yaml:"type"` // 1: the primaries are all there are; 2: the contractor decides; 3: there are others
	Primaries []string `yaml:"primaries,omitempty"`
}

// The types of add-on codes, as CMS numbers them.
const (
	addOnComplete   = 1
	addOnContractor = 2
	addOnPartial    = 3
)

func (t *addOnsTable) seal(layer string) { t.Source.seal(layer) }

func (t *addOnsTable) faults() []fault {
	all := citedFaults(t.Source.Reference, "reference")
	if t.Quarter.IsZero() {
		all = append(all, fault{[]string{"quarter"}, "a table of CMS needs the first day of its quarter"})
	}
	for _, code := range effective.SortedKeys(t.AddOns) {
		row := t.AddOns[code]
		switch {
		case row.Type < addOnComplete || row.Type > addOnPartial:
			all = append(all, fault{[]string{"addOns", code}, fmt.Sprintf("the type %d is not one of 1, 2, 3", row.Type)})
		case row.Type == addOnContractor && len(row.Primaries) > 0:
			all = append(all, fault{[]string{"addOns", code}, "type 2 leaves the primaries to the contractor"})
		}
	}
	return all
}

// under is the numbers of an add-on with the primaries of the table, which come before those of the
// rule where the table holds all there are.
func (t *addOnsTable) under(code string, n *Numbers) *Numbers {
	if t == nil || n == nil {
		return n
	}
	row, listed := t.AddOns[code]
	if !listed || row.Type != addOnComplete || len(row.Primaries) == 0 || slices.Equal(row.Primaries, n.Primaries) {
		return n
	}
	laid := *n
	laid.Primaries = row.Primaries
	laid.Source.Reference = append(slices.Clone(t.Source.Reference), n.Source.Reference...)
	laid.Source.seal(t.Source.layer)
	return &laid
}

// partly lists the codes that an add-on of type 3 is known to follow; there are others.
func (t *addOnsTable) partly(code string) []string {
	if t == nil {
		return nil
	}
	if row := t.AddOns[code]; row.Type == addOnPartial {
		return row.Primaries
	}
	return nil
}
