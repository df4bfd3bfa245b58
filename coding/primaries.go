package coding

import (
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// Primaries lists the codes that an add-on may follow on a day of service, as the add-on code table of
// CMS has them, in order. All says whether there are no others. The list is empty where the code is no
// add-on of the table, or where the contractor decides.
func (r *Rules) Primaries(code string, service effective.Date) (primaries []string, all bool) {
	table, ok := ofDay(r.whole.addOns, service, quarterOfAddOns)
	if !ok {
		return nil, false
	}
	row := table.AddOns[code]
	return slices.Sorted(slices.Values(row.Primaries)), row.Type == addOnComplete
}
