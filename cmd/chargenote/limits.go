package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/effective"
)

// limitsWith lays the limits of a configuration over the defaults, and says everything that is wrong
// with them.
func limitsWith(changed map[string]int) (limits fhir.Limits, faults []string) {
	limits = fhir.DefaultLimits()
	for _, name := range effective.SortedKeys(changed) {
		if err := limits.Set(name, changed[name]); err != nil {
			faults = append(faults, "limits: "+err.Error())
		}
	}
	return limits, faults
}

// limitOptions are the limits that a command may change.
type limitOptions struct {
	Limit []string `help:"Change a limit of what is read; may be repeated. Limits, with their defaults: ${limits}." placeholder:"NAME=NUMBER"`
}

// limits are the defaults with what the options change.
func (o limitOptions) limits() (fhir.Limits, error) {
	limits := fhir.DefaultLimits()
	for _, option := range o.Limit {
		name, written, _ := strings.Cut(option, "=")
		value, err := strconv.Atoi(written)
		if err != nil {
			return limits, usage("--limit %q is not a name and a number, write it as depth=96", option)
		}
		if err := limits.Set(name, value); err != nil {
			return limits, usage("--limit %v", err)
		}
	}
	return limits, nil
}

// limitsHelp lists the table of limits for --help.
func limitsHelp() string {
	var rows []string
	for _, row := range fhir.LimitTable() {
		rows = append(rows, fmt.Sprintf("%s (%d)", row.Name, row.Default))
	}
	return strings.Join(rows, ", ")
}
