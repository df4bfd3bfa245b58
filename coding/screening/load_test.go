package screening_test

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/internal/effective"
)

// files are the instruments in memory, so that a test can change one thing.
func files(t *testing.T) fstest.MapFS {
	t.Helper()
	all := fstest.MapFS{}
	source := os.DirFS("instruments")
	names, err := fs.Glob(source, "*.yaml")
	if err != nil || len(names) < 24 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		content, err := fs.ReadFile(source, name)
		if err != nil {
			t.Fatal(err)
		}
		all[path.Join("instruments", name)] = &fstest.MapFile{Data: content}
	}
	return all
}

const aceReferences = `reference:
  - title: "Hsieh and others (2013), validation of the ACE-III: cuts 88 and 82"
    mark: C
  - title: "NCCI Policy Manual for Medicare 2026, ch. XI section M"
    href: https://www.cms.gov/national-correct-coding-initiative-ncci
    mark: A
`

func TestLoadRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, file, old, new, want string
	}{
		{"unknown field", "phq-9", "name: PHQ-9", "nome: PHQ-9", `instruments/phq-9.yaml:2:1: unknown field "nome"`},
		{"id unlike the file", "phq-9", "id: phq-9", "id: phq-8", `instruments/phq-9.yaml:1:1: the id "phq-8" is not the file name "phq-9"`},
		{"no name", "phq-9", "name: PHQ-9\n", "name: \"\"\n", "instruments/phq-9.yaml:2:1: an instrument needs a name"},
		{"name of another", "phq-9m", "aliases: [PHQ-A", "aliases: [phq_9", `instruments/phq-9m.yaml:2:1: "phq_9" already names PHQ-9`},
		{"a text instead of a description", "phq-9", "about: Depression", "about: Depression, as it was felt, seen and told by the patient herself", "instruments/phq-9.yaml:4:1: about has"},
		{"unknown activity", "phq-9", "activity: screening", "activity: screen", `instruments/phq-9.yaml:5:1: the activity "screen" is not one of screening`},
		{"unknown kind", "phq-9", "kind: sum", "kind: mean", `instruments/phq-9.yaml:6:1: the kind "mean" is not one of count, screener, subscales, sum`},
		{"never checked", "phq-9", "checked: 2026-11-25\n", "", "an instrument needs the day on which a person last compared it"},
		{"day that is none", "phq-9", "checked: 2026-11-25", "checked: 2026-11-31", "is not a day"},
		{"no reference", "ace-iii", aceReferences, "", "an instrument needs a reference"},
		{"reference without a mark", "whodas-2-0", "simple scoring\"\n    mark: B", "simple scoring\"\n    mark: \"\"", `the mark "" of reference`},
		{"LOINC code with a wrong check digit", "phq-9", "44261-6", "44261-8", `instruments/phq-9.yaml:8:1: "44261-8" is no LOINC code`},
		{"LOINC code of another instrument", "audit", "{code: 75624-7, sure: v}", "{code: 75626-2, sure: v}", "75626-2 is listed twice"},
		{"total of another instrument", "mmse", "{code: 72106-8, sure: v}", "{code: 72233-0, sure: v}", "instruments/mmse.yaml:8:1: 72233-0 already stands for Mini-Cog"},
		{"a doubt that is none", "phq-9", "44261-6, sure: v", "44261-6, sure: x", `44261-6 is sure "x", not one of v, k, U`},
		{"items out of order", "phq-2", "{item: 1, code: 44250-9", "{item: 2, code: 44250-9", "44250-9 is item 2 in place 1 of 2"},
		{"an item without a code", "phq-2", "    - {item: 2, code: 44255-8, sure: v}\n", "", "1 of 2 items have a code, list all or none"},
		{"a code beside without its meaning", "phq-9", `is: "how difficult the problems made things"`, `is: ""`, "say what 69722-7 is"},
		{"answer that is none", "phq-9", "LA6568-5", "L6568-5", `"L6568-5" is no LOINC answer`},
		{"answer listed twice", "phq-9", "LA6569-3", "LA6568-5", "LA6568-5 is listed twice"},
		{"answer with a value that no item takes", "phq-9", "LA6571-9, value: 3", "LA6571-9, value: 4", "no item takes the value 4 of LA6571-9"},
		{"range upside down", "phq-9", "range: [0, 27]", "range: [27, 0]", "range must be the lowest and the highest total"},
		{"range that the items do not make", "phq-9", "items: {count: 9, most: 3}", "items: {count: 9, most: 2}", "the items make 0 to 18, and the range says 0 to 27"},
		{"no range", "gad-7", "range: [0, 21]\n", "", "sum needs the range of the total"},
		{"no direction", "gad-7", "worse: higher\n", "", `worse is "", say which totals are the worse ones: higher or lower`},
		{"a direction that is none", "gad-7", "worse: higher", "worse: up", `worse is "up", say which totals`},
		{"a direction of no total", "c-ssrs", "otherwise: low\n", "otherwise: low\nworse: higher\n", "worse belongs to a total, and there is none"},
		{"gap below the bands", "gad-7", "{from: 0, word: minimal}", "{from: 1, word: minimal}", "the bands begin at 1, and the range at 0"},
		{"bands out of order", "gad-7", "{from: 15, word: severe}", "{from: 9, word: severe}", `the band "severe" from 9 is out of order, or outside of 0 to 21`},
		{"band above the range", "gad-7", "{from: 15, word: severe}", "{from: 22, word: severe}", `the band "severe" from 22 is out of order, or outside of 0 to 21`},
		{"bands without a mark", "gad-7", "severe}\n    mark: B", "severe}\n    mark: X", `the mark "X" is not one of A, B, C, U`},
		{"bands with and without a condition", "audit-c", "- when: {sex: female}\n    words", "- words", "bands with and without a condition stand together"},
		{"condition on an unknown sex", "audit-c", "sex: female", "sex: woman", `the sex "woman" is not one of male, female`},
		{"unknown condition", "slums", "schoolYearsTo: 11", "schoolYearsUpTo: 11", `unknown field "schoolYearsUpTo"`},
		{"trigger of nothing", "phq-9", "- {items: [9], from: 1,", "- {", "a trigger is of items or of the total"},
		{"trigger that no answer reaches", "phq-9", "- {items: [9], from: 1,", "- {items: [9], from: 4,", "no item of a trigger takes the answer 4"},
		{"trigger of an item that is not there", "phq-9", "- {items: [9], from: 1,", "- {items: [10], from: 1,", "there is no item 10 among 9"},
		{"trigger above the range", "audit", "total: 20", "total: 41", "the trigger at a total of 41 is outside of the range"},
		{"prorated by nobody", "psc-17", `source: "PSC-17 scoring instructions: blanks are ignored, four or more make it invalid"`, `source: ""`, "prorate needs how many items may be missing"},
		{"prorated by a guess", "psc-17", "as: zero", "as: guess", "zero or mean, and who says so"},
		{"prorated without an item", "psc-17", "upTo: 3", "upTo: 17", "prorate needs how many items may be missing"},
		{"change without its points", "pcl-5", "points: 10", "points: 0", "a meaningful change needs its points"},
		{"licence that says nothing", "moca", `show: "no"`, `show: maybe`, `the licence says "maybe", give yes, no or ask, and why`},
		{"code that is none", "phq-9", `code: "96127", when`, `code: "9612", when`, `"9612" is no CPT or HCPCS code`},
		{"bundled into nothing", "moca", "into: the evaluation and management service", `into: ""`, "give a code and the service"},
		{"subscale of an item that is not there", "psc-17", "items: [2, 6, 9, 11, 15]", "items: [2, 6, 9, 11, 18]", "there is no item 18 among 17"},
		{"subscale of a kind that is none", "psc-17", "of: sum, items: [2, 6", "of: mean, items: [2, 6", `internalizing is a "mean", not one of sum, count`},
		{"subscale listed twice", "psc-17", "name: attention", "name: internalizing", `a subscale needs a name of its own, not "internalizing"`},
		{"count without a threshold", "vanderbilt", "from: 2, cut: 6, mark: B}\n  - {name: hyperactive", "cut: 6, mark: B}\n  - {name: hyperactive", "a count the answer from which they count"},
		{"screen of an unknown subscale", "mdq", "needs: [symptoms,", "needs: [signs,", `"signs" is no subscale with a cut`},
		{"screens without a word for none", "mdq", "otherwise: negative\n", "", "screens need otherwise"},
		{"subscales with a total", "vanderbilt", "items:\n  count: 55", "range: [0, 100]\nitems:\n  count: 55", "subscales has no total"},
		{"count without positives", "asrs", "positives:\n  - {items: [1, 2, 3], from: 2}\n  - {items: [4, 5, 6], from: 3}\n", "", "count needs the answers that are positive"},
		{"count that counts twice", "asrs", "items: [4, 5, 6], from: 3", "items: [3, 5, 6], from: 3", "an item is counted twice"},
		{"count whose range is another", "asrs", "range: [0, 6]", "range: [0, 18]", "the items make 0 to 6, and the range says 0 to 18"},
		{"positive answer that is none", "asrs", "items: [4, 5, 6], from: 3", "items: [4, 5, 6], from: 5", "a positive answer is none that its item takes"},
		{"levels in a sum", "gad-7", "range: [0, 21]", "range: [0, 21]\nlevels: [{word: high, any: [1]}]", "sum has no levels"},
		{"screener without levels", "c-ssrs", "otherwise: low\n", "", "screener needs levels, and otherwise"},
		{"screener with a total", "c-ssrs", "otherwise: low\n", "otherwise: low\nrange: [0, 7]\n", "screener has no total"},
		{"screener that is not of yes and no", "c-ssrs", "most: 1, yesNo: true", "most: 2", "screener needs items that are yes or no"},
		{"branch on nothing", "c-ssrs", "onlyIf: 2, from: 1", "onlyIf: 8, from: 1", "a branch needs the item that it depends on"},
		{"reversed points", "dast-10", "most: 1, yesNo: true", "most: 1", "only yes and no can be reversed"},
		{"half of another scale", "whodas-2-0", "orElse: [1, 5]", "orElse: [1]", "orElse must be the lowest and the highest answer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all := files(t)
			name := "instruments/" + tt.file + ".yaml"
			content := string(all[name].Data)
			if !strings.Contains(content, tt.old) {
				t.Fatalf("%s does not contain %q", name, tt.old)
			}
			all[name] = &fstest.MapFile{Data: []byte(strings.Replace(content, tt.old, tt.new, 1))}
			_, err := screening.Load(all, "instruments")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v\nwant %s", err, tt.want)
			}
			if first, _, _ := strings.Cut(err.Error(), "\n"); !strings.Contains(first, tt.file+".yaml:") {
				t.Errorf("the fault does not say where it stands: %s", first)
			}
		})
	}
}

func TestLoadReportsAllFaultsAtOnce(t *testing.T) {
	all := files(t)
	all["instruments/moca.yaml"] = &fstest.MapFile{Data: []byte("id: moca\ncolour: red\n")}
	all["instruments/mmse.yaml"] = &fstest.MapFile{Data: []byte("id: mms\nname: MMSE\n")}
	_, err := screening.Load(all, "instruments")
	if err == nil {
		t.Fatal("two bad files were loaded")
	}
	for _, want := range []string{"instruments/moca.yaml:2:1", `the id "mms"`, "an instrument needs a reference", `the kind "" is not one of`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %q in\n%v", want, err)
		}
	}
	var field *effective.FieldError
	if !errors.As(err, &field) {
		t.Error("no fault is a FieldError")
	}
}

func TestLoadOfNothing(t *testing.T) {
	if _, err := screening.Load(fstest.MapFS{}, "instruments"); err == nil {
		t.Error("instruments were loaded from nowhere")
	}
	none := fstest.MapFS{"instruments/notes.txt": &fstest.MapFile{Data: []byte("x")}}
	if _, err := screening.Load(none, "instruments"); err == nil || !strings.Contains(err.Error(), "holds no instrument") {
		t.Errorf("a folder without instruments: %v", err)
	}
}
