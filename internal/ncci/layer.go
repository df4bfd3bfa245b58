package ncci

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// A Layer is the tables of one quarter, as rules.
type Layer struct {
	Tables
	Quarter effective.Date // first day on which the tables hold
	Checked effective.Date // day on which a person took the files from CMS
}

// A LayerFile is one file of a layer's directory.
type LayerFile struct {
	Name    string
	Content []byte
}

// always is the day at or before which a pair counts as one that has always been: no rule of the
// program is older.
var always = effective.Date{Year: 2013, Month: 1, Day: 1}

// href is where CMS publishes the tables.
const href = "https://www.cms.gov/national-correct-coding-initiative-ncci"

// Name is what the layer calls itself in the answers that rest on it, "ncci-2026-10-01".
func (l *Layer) Name() string { return "ncci-" + l.Quarter.String() }

// Files is the layer as files, in a fixed order. The same rows give the same bytes, in whichever
// order they stand. A table that was not given has no file.
func (l *Layer) Files() []LayerFile {
	files := []LayerFile{{"pack.yaml", l.packFile()}}
	if len(l.Pairs) > 0 {
		files = append(files, LayerFile{"pairs.yaml", l.pairsFile()})
	}
	if len(l.Limits) > 0 {
		files = append(files, LayerFile{"unit-limits.yaml", l.limitsFile()})
	}
	if l.AddOns != nil {
		files = append(files, LayerFile{"add-ons.yaml", l.addOnsFile()})
	}
	return files
}

// Write puts the files into a directory, which must be new or empty; the one above it must exist.
// They are written beside it and renamed, so that no half layer is ever there.
func (l *Layer) Write(dir string) error {
	if err := Vacant(dir); err != nil {
		return fmt.Errorf("write layer: %w", err)
	}
	dir = filepath.Clean(dir)
	temporary, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+"-*")
	if err != nil {
		return fmt.Errorf("write layer: %w", err)
	}
	defer os.RemoveAll(temporary)
	if err := writeFiles(temporary, l.Files()); err != nil {
		return fmt.Errorf("write layer: %w", err)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // removes it only where it is empty
		return fmt.Errorf("write layer: %w", err)
	}
	if err := os.Rename(temporary, dir); err != nil {
		return fmt.Errorf("write layer: %w", err)
	}
	return nil
}

// Vacant says in an error why Write would not put a layer into a directory: it holds something, or the
// one above it does not exist.
func Vacant(dir string) error {
	dir = filepath.Clean(dir)
	if base := filepath.Base(dir); base == "." || base == ".." {
		return fmt.Errorf("%s has no name of its own: name a new or an empty directory", dir)
	}
	info, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return within(filepath.Dir(dir))
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is there and is no directory: name a new or an empty one", dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty: name a new or an empty directory, nothing is ever written over", dir)
	}
	return nil
}

// within refuses a directory above the layer's that is none.
func within(above string) error {
	info, err := os.Stat(above)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no such directory as %s: make it first", above)
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is no directory", above)
	}
	return nil
}

func writeFiles(dir string, files []LayerFile) error {
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(dir, file.Name), file.Content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (l *Layer) packFile() []byte {
	y := &yamlFile{}
	y.line(0, "id: pack")
	y.line(0, "name: %s", l.Name())
	y.line(0, "version: %q", l.Quarter)
	y.line(0, "checked: %s", l.Checked)
	return y.Bytes()
}

// head writes what every table begins with.
func (l *Layer) head(y *yamlFile, id string) {
	y.line(0, "id: %s", id)
	y.line(0, "checked: %s", l.Checked)
}

// source writes quarter and reference.
func (l *Layer) source(y *yamlFile, depth int, what string) {
	y.line(depth, "quarter: %s", l.Quarter)
	y.line(depth, "reference:")
	y.line(depth+1, "- title: %q", fmt.Sprintf("CMS NCCI %s, effective %s", what, l.Quarter))
	y.line(depth+1, "  href: %s", href)
	y.line(depth+1, "  mark: %s", effective.MarkA)
}

func (l *Layer) pairsFile() []byte {
	y := &yamlFile{}
	l.head(y, "pairs")
	for _, side := range sides {
		rows, given := l.Pairs[side]
		if !given {
			continue
		}
		y.line(0, "%s:", string(side))
		l.source(y, 1, "procedure-to-procedure edits, "+side.String())
		standing, dated := spans(rows)
		y.pairs(1, standing)
		if len(dated) > 0 {
			y.line(1, "dated:")
		}
		for _, span := range dated {
			begin := "- "
			for _, day := range []struct {
				key string
				day effective.Date
			}{{"from", span.from}, {"until", span.until}} {
				if !day.day.IsZero() {
					y.line(2, "%s%s: %s", begin, day.key, day.day)
					begin = "  "
				}
			}
			y.pairs(3, span.rows)
		}
	}
	return y.Bytes()
}

// A span is the rows that hold from the same day until the same day.
type span struct {
	from, until effective.Date
	rows        []PairRow
}

// spans puts the rows that stand open since always apart from those with a day, and groups these, by
// first day and then by last day, an open one last.
func spans(rows []PairRow) (standing []PairRow, dated []span) {
	for _, row := range sorted(rows, comparePairs) {
		from := row.Effective
		if !always.Before(from) {
			from = effective.Date{}
		}
		if row.neverWas() {
			continue
		}
		if from.IsZero() && row.Deleted.IsZero() {
			standing = append(standing, row)
			continue
		}
		i := slices.IndexFunc(dated, func(s span) bool { return s.from == from && s.until == row.Deleted })
		if i < 0 {
			i = len(dated)
			dated = append(dated, span{from: from, until: row.Deleted})
		}
		dated[i].rows = append(dated[i].rows, row)
	}
	slices.SortFunc(dated, func(a, b span) int {
		return cmp.Or(a.from.Compare(b.from), openLast(a.until, b.until))
	})
	return standing, dated
}

// openLast compares two last days; the zero one, which is open, comes last.
func openLast(a, b effective.Date) int {
	switch {
	case a.IsZero() && !b.IsZero():
		return 1
	case b.IsZero() && !a.IsZero():
		return -1
	}
	return a.Compare(b)
}

func (l *Layer) limitsFile() []byte {
	y := &yamlFile{}
	l.head(y, "unit-limits")
	l.source(y, 0, "MUE tables")
	bySide := map[string]map[Side]LimitRow{}
	for side, rows := range l.Limits {
		for _, row := range rows {
			if bySide[row.Code] == nil {
				bySide[row.Code] = map[Side]LimitRow{}
			}
			bySide[row.Code][side] = row
		}
	}
	y.key(0, "limits", len(bySide) == 0)
	for _, code := range effective.SortedKeys(bySide) {
		y.line(1, "%q:", code)
		for _, side := range sides {
			if row, ok := bySide[code][side]; ok {
				y.line(2, "%s: {units: %d, indicator: %d}", string(side), row.Units, row.Indicator)
			}
		}
	}
	return y.Bytes()
}

func (l *Layer) addOnsFile() []byte {
	y := &yamlFile{}
	l.head(y, "add-ons")
	l.source(y, 0, "add-on code edits")
	addOns := l.addOnsInForce()
	y.key(0, "addOns", len(addOns) == 0)
	for _, code := range effective.SortedKeys(addOns) {
		addOn := addOns[code]
		y.line(1, "%q:", code)
		y.line(2, "type: %d", addOn.kind)
		if len(addOn.primaries) > 0 {
			y.list(2, "primaries", addOn.primaries)
		}
	}
	return y.Bytes()
}

// addOn is an add-on code on one day.
type addOn struct {
	kind      int
	primaries []string // sorted
}

// addOnsInForce is the add-ons on the first day of the quarter.
func (l *Layer) addOnsInForce() map[string]addOn {
	found := map[string]addOn{}
	for _, row := range sorted(l.AddOns, compareAddOns) {
		if !inForce(l.Quarter, row.Effective, row.Deleted) {
			continue
		}
		is := found[row.AddOn]
		is.kind = row.Type
		if row.Primary != "" {
			is.primaries = append(is.primaries, row.Primary)
		}
		found[row.AddOn] = is
	}
	for code, is := range found {
		slices.Sort(is.primaries)
		is.primaries = slices.Compact(is.primaries)
		found[code] = is
	}
	return found
}
