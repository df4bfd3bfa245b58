package fhir

import (
	"fmt"
	"slices"
	"strings"
)

// Limits bound what is read before anything is decoded, because a small body can decode into a
// large heap: one megabyte of empty extensions becomes more than a hundred in the models. What each
// of them means, its default and its bounds stand in LimitTable.
type Limits struct {
	Bytes          int
	Ratio          int
	Depth          int
	ResourceValues int
	PageValues     int
	Pages          int
	Resources      int
	TotalBytes     int
	LineBytes      int
}

// A Limit is one row of the table of limits.
type Limit struct {
	Name        string // as it is written in a configuration and after --limit
	Default     int
	Least, Most int    // the sensible values: below the first real records are lost, above the second a process is not safe
	Meaning     string // with its unit

	field func(*Limits) *int
}

// LimitTable lists every limit of a reader. The largest official example of a resource of FHIR R4
// has 1,655 values in 22 levels, and the largest Bundle 63,220: the defaults are about twelve, three
// and three times that.
func LimitTable() []Limit {
	const mib = 1 << 20
	return []Limit{
		{"bytes", 8 * mib, 64 << 10, 64 * mib, "bytes of one response or file, after decompression", func(l *Limits) *int { return &l.Bytes }},
		{"ratio", 100, 10, 1_000, "times that a response may grow when it is unpacked", func(l *Limits) *int { return &l.Ratio }},
		{"depth", 64, 24, 512, "levels of objects and lists in one resource", func(l *Limits) *int { return &l.Depth }},
		{"resource-values", 20_000, 2_000, 200_000, "JSON values in one resource", func(l *Limits) *int { return &l.ResourceValues }},
		{"page-values", 200_000, 20_000, 2_000_000, "JSON values in one Bundle or CapabilityStatement", func(l *Limits) *int { return &l.PageValues }},
		{"pages", 50, 20, 500, "pages of searches for one visit", func(l *Limits) *int { return &l.Pages }},
		{"resources", 5_000, 100, 50_000, "resources read for one visit", func(l *Limits) *int { return &l.Resources }},
		{"total-bytes", 256 * mib, 8 * mib, 1024 * mib, "bytes read for one visit, after decompression", func(l *Limits) *int { return &l.TotalBytes }},
		{"line-bytes", 4 * mib, 64 << 10, 64 * mib, "bytes of one line of NDJSON", func(l *Limits) *int { return &l.LineBytes }},
	}
}

// DefaultLimits are the limits of every reader.
func DefaultLimits() Limits {
	var limits Limits
	for _, row := range LimitTable() {
		*row.field(&limits) = row.Default
	}
	return limits
}

// Set changes the limit of a name. It is an error, and nothing changes, where no limit has the name or
// the value is outside of its bounds.
func (l *Limits) Set(name string, value int) error {
	table := LimitTable()
	at := slices.IndexFunc(table, func(row Limit) bool { return row.Name == name })
	if at < 0 {
		names := make([]string, len(table))
		for i, row := range table {
			names[i] = row.Name
		}
		return fmt.Errorf("%q is no limit, choose one of: %s", name, strings.Join(names, ", "))
	}
	if row := table[at]; value < row.Least || value > row.Most {
		return fmt.Errorf("%s: %d is not sensible, give %d to %d %s", name, value, row.Least, row.Most, row.Meaning)
	}
	*table[at].field(l) = value
	return nil
}

// Of is the limit of a row.
func (l Limits) Of(row Limit) int { return *row.field(&l) }

// An InputError says that what was given cannot be read, or does not say which visit is meant.
type InputError struct {
	Where   string // such as "entry 3 (Observation)"
	Problem string // what is wrong and what to do
}

// Error is "where: what is wrong, what to do".
func (e *InputError) Error() string { return e.Where + ": " + e.Problem }
