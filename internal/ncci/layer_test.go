package ncci_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/ncci"
)

var update = flag.Bool("update", false, "rewrite the golden layer in testdata")

// whole is the layer of all tables in testdata.
func whole(t *testing.T) *ncci.Layer {
	t.Helper()
	return &ncci.Layer{Quarter: quarter, Checked: day("2026-10-02"), Tables: *read(t, ncci.Inputs{
		Quarter: quarter,
		Pairs:   []ncci.Input{given(t, "ccipra-v323r0-f1.txt"), given(t, "ccipra-v323r0-f2.txt"), given(t, "ccioph-v323r0-f1.csv")},
		Limits:  []ncci.Input{given(t, "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv"), given(t, "MCR_MUE_OutpatientHospitalServices_Eff_10-01-2026.csv")},
		AddOns:  []ncci.Input{given(t, "AOC_V2026Q4-F-MCR.txt")},
	})}
}

func TestLayerIsGolden(t *testing.T) {
	golden := filepath.Join("testdata", "golden")
	layer := whole(t)
	if *update {
		if err := os.RemoveAll(golden); err != nil {
			t.Fatal(err)
		}
		if err := layer.Write(golden); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	for _, file := range layer.Files() {
		names = append(names, file.Name)
		want, err := os.ReadFile(filepath.Join(golden, file.Name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(file.Content)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", file.Name, diff)
		}
	}
	if diff := cmp.Diff([]string{"pack.yaml", "pairs.yaml", "unit-limits.yaml", "add-ons.yaml"}, names); diff != "" {
		t.Errorf("files (-want +got)\n%s", diff)
	}
}

// The shape of the files, for the strict decoder that the rules are read with.
type (
	source struct {
		Quarter   effective.Date        `yaml:"quarter"`
		Reference []effective.Reference `yaml:"reference"`
	}
	column2 struct {
		Never    []string `yaml:"never"`
		Distinct []string `yaml:"distinct"`
	}
	sidePairs struct {
		Source source             `yaml:",inline"`
		Pairs  map[string]column2 `yaml:"pairs"`
		Dated  []struct {
			From  effective.Date     `yaml:"from"`
			Until effective.Date     `yaml:"until"`
			Pairs map[string]column2 `yaml:"pairs"`
		} `yaml:"dated"`
	}
	pairsDocument struct {
		ID                 string         `yaml:"id"`
		Checked            effective.Date `yaml:"checked"`
		Practitioner       sidePairs      `yaml:"practitioner"`
		OutpatientHospital sidePairs      `yaml:"outpatientHospital"`
	}
	addOnsDocument struct {
		ID      string         `yaml:"id"`
		Checked effective.Date `yaml:"checked"`
		Source  source         `yaml:",inline"`
		AddOns  map[string]struct {
			Type      int      `yaml:"type"`
			Primaries []string `yaml:"primaries"`
		} `yaml:"addOns"`
	}
)

func file(t *testing.T, layer *ncci.Layer, name string) []byte {
	t.Helper()
	for _, file := range layer.Files() {
		if file.Name == name {
			return file.Content
		}
	}
	t.Fatalf("the layer has no %s", name)
	return nil
}

// TestPairsSayEachDayAsTheRowsDo asks the file, as a reader of the rules would, what holds on the days around each
// first and last day of the rows.
func TestPairsSayEachDayAsTheRowsDo(t *testing.T) {
	layer := whole(t)
	var document pairsDocument
	if err := effective.Decode(file(t, layer, "pairs.yaml"), "pairs.yaml", &document); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for side, written := range map[ncci.Side]sidePairs{ncci.Practitioner: document.Practitioner, ncci.OutpatientHospital: document.OutpatientHospital} {
		for _, pair := range layer.Pairs[side] {
			for _, edge := range []effective.Date{day("2013-01-01"), quarter, pair.Effective, pair.Deleted} {
				for _, shift := range []int{-1, 0, 1} {
					on := edge.AddDays(shift)
					if on.Before(day("2013-01-01")) {
						continue // the rules begin then
					}
					asked++
					want := saidByRows(layer.Pairs[side], pair, on)
					if got := saidByFile(written, pair, on); got != want {
						t.Errorf("%s: %s with %s on %s: the file says %q, the rows %q", side, pair.Column1, pair.Column2, on, got, want)
					}
				}
			}
		}
	}
	if asked < 100 {
		t.Errorf("only %d days were asked", asked)
	}
}

func saidByRows(rows []ncci.PairRow, pair ncci.PairRow, on effective.Date) string {
	for _, row := range rows {
		same := row.Column1 == pair.Column1 && row.Column2 == pair.Column2
		began := !on.Before(row.Effective)
		open := row.Deleted.IsZero() || !row.Deleted.Before(on)
		if same && began && open && row.Indicator != 9 && (row.Deleted.IsZero() || row.Deleted != row.Effective) {
			return []string{"never", "distinct"}[row.Indicator]
		}
	}
	return ""
}

func saidByFile(written sidePairs, pair ncci.PairRow, on effective.Date) string {
	said := saidIn(written.Pairs, pair)
	for _, dated := range written.Dated {
		if !on.Before(dated.From) && (dated.Until.IsZero() || !dated.Until.Before(on)) {
			said += saidIn(dated.Pairs, pair)
		}
	}
	return said
}

func saidIn(pairs map[string]column2, pair ncci.PairRow) string {
	said := ""
	for name, codes := range map[string][]string{"never": pairs[pair.Column1].Never, "distinct": pairs[pair.Column1].Distinct} {
		for _, code := range codes {
			if code == pair.Column2 {
				said += name
			}
		}
	}
	return said
}

// TestAddOnsAreThoseInForce: primaries that ended before the quarter are out, on its first day or
// later in; so are add-ons.
func TestAddOnsAreThoseInForce(t *testing.T) {
	rows := []ncci.AddOnRow{
		{"90785", 1, "90791", day("2013-01-01"), effective.Date{}},
		{"90785", 1, "90792", day("2013-01-01"), day("2026-09-30")},
		{"90785", 1, "90832", day("2013-01-01"), day("2026-10-01")},
		{"90785", 1, "90834", day("2026-10-01"), effective.Date{}},
		{"90785", 1, "90837", day("2026-10-02"), effective.Date{}},
		{"96131", 2, "", effective.Date{}, effective.Date{}},
		{"99354", 1, "90837", day("2013-01-01"), day("2022-12-31")},
	}
	layer := &ncci.Layer{Quarter: quarter, Checked: quarter, Tables: ncci.Tables{AddOns: rows}}
	var document addOnsDocument
	if err := effective.Decode(file(t, layer, "add-ons.yaml"), "add-ons.yaml", &document); err != nil {
		t.Fatal(err)
	}
	if len(document.AddOns) != 2 || document.AddOns["96131"].Type != 2 || document.AddOns["96131"].Primaries != nil {
		t.Errorf("got %+v", document.AddOns)
	}
	if diff := cmp.Diff([]string{"90791", "90832", "90834"}, document.AddOns["90785"].Primaries); diff != "" {
		t.Errorf("primaries (-want +got)\n%s", diff)
	}
}

// TestSameRowsSameBytes gives the rows in other orders, and twice.
func TestSameRowsSameBytes(t *testing.T) {
	want := whole(t).Files()
	for seed := range uint64(20) {
		layer := whole(t)
		random := rand.New(rand.NewPCG(seed, seed))
		for side, rows := range layer.Pairs {
			rows = append(rows, rows...)
			random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
			layer.Pairs[side] = rows
		}
		random.Shuffle(len(layer.AddOns), func(i, j int) { layer.AddOns[i], layer.AddOns[j] = layer.AddOns[j], layer.AddOns[i] })
		if diff := cmp.Diff(want, layer.Files()); diff != "" {
			t.Fatalf("seed %d (-want +got)\n%s", seed, diff)
		}
	}
}

// TestFilesLeaveOutWhatWasNotGiven: a side or table that was not given is not written, an empty one is.
func TestFilesLeaveOutWhatWasNotGiven(t *testing.T) {
	layer := &ncci.Layer{Quarter: quarter, Checked: quarter, Tables: ncci.Tables{
		Pairs: map[ncci.Side][]ncci.PairRow{ncci.OutpatientHospital: {}},
	}}
	if files := layer.Files(); len(files) != 2 {
		t.Errorf("%d files, want pack and pairs", len(files))
	}
	content := string(file(t, layer, "pairs.yaml"))
	if strings.Contains(content, "practitioner:") || !strings.Contains(content, "outpatientHospital:\n") || !strings.Contains(content, "  pairs: {}\n") {
		t.Errorf("got\n%s", content)
	}
}

func TestLongListsAreBroken(t *testing.T) {
	var rows []ncci.PairRow
	for i := range 40 {
		rows = append(rows, ncci.PairRow{Column1: "90791", Column2: "992" + string(rune('0'+i/10)) + string(rune('0'+i%10))})
	}
	layer := &ncci.Layer{Quarter: quarter, Checked: quarter, Tables: ncci.Tables{Pairs: map[ncci.Side][]ncci.PairRow{ncci.Practitioner: rows}}}
	content := file(t, layer, "pairs.yaml")
	for line := range strings.Lines(string(content)) {
		if len(line) > 121 {
			t.Errorf("a line of %d characters: %s", len(line), line)
		}
	}
	var document pairsDocument
	if err := effective.Decode(content, "pairs.yaml", &document); err != nil {
		t.Fatal(err)
	}
	if got := len(document.Practitioner.Pairs["90791"].Never); got != 40 {
		t.Errorf("%d codes, want 40\n%s", got, content)
	}
}

func TestWrite(t *testing.T) {
	layer := whole(t)
	above := t.TempDir()
	fresh, empty, full, plain := filepath.Join(above, "fresh"), filepath.Join(above, "empty"), filepath.Join(above, "full"), filepath.Join(above, "plain")
	for _, dir := range []string{empty, full} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{filepath.Join(full, "mine.yaml"), plain} {
		if err := os.WriteFile(name, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(above, "link")
	if err := os.Symlink(empty, link); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, dir, want string }{
		{"link to a directory", link, "is there and is no directory"},
		{"new", fresh, ""},
		{"with a slash at its end", filepath.Join(above, "slash") + "/", ""},
		{"empty", empty, ""},
		{"written before", fresh, "is not empty: name a new or an empty directory"},
		{"not empty", full, "is not empty"},
		{"a file", plain, "is there and is no directory"},
		{"below nothing", filepath.Join(above, "no", "such"), "there is no such directory as " + filepath.Join(above, "no") + ": make it first"},
		{"below a file", filepath.Join(plain, "such"), "not a directory"},
		{"without a name", ".", ". has no name of its own"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			vacant := ncci.Vacant(tt.dir)
			if (vacant == nil) != (tt.want == "") {
				t.Errorf("before writing: %v, want %q", vacant, tt.want)
			}
			err := layer.Write(tt.dir)
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %v, want %q", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range layer.Files() {
				content, err := os.ReadFile(filepath.Join(tt.dir, file.Name))
				if err != nil || string(content) != string(file.Content) {
					t.Errorf("%s: %v, %d bytes of %d", file.Name, err, len(content), len(file.Content))
				}
			}
		})
	}
	if content, err := os.ReadFile(filepath.Join(full, "mine.yaml")); err != nil || string(content) != "mine" {
		t.Errorf("what stood there is %q, %v", content, err)
	}
	entries, err := os.ReadDir(above)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			t.Errorf("%s was left behind", entry.Name())
		}
	}
}
