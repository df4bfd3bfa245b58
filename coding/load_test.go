package coding_test

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// pack is the rule pack in memory, so that a test can change one thing.
func pack(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	source := os.DirFS("rules")
	names, err := fs.Glob(source, "*.yaml")
	if err != nil || len(names) < 50 {
		t.Fatalf("%d rule files, %v", len(names), err)
	}
	for _, name := range names {
		content, err := fs.ReadFile(source, name)
		if err != nil {
			t.Fatal(err)
		}
		files[path.Join("rules", name)] = &fstest.MapFile{Data: content}
	}
	return files
}

func TestLoadRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, file, old, new, want string
	}{
		{"unknown field", "psychotherapy-45", "family: psychotherapy", "familly: psychotherapy", `rules/psychotherapy-45.yaml:4:1: unknown field "familly"`},
		{"id unlike the file", "psychotherapy-45", "id: psychotherapy-45", "id: psychotherapy-46", `rules/psychotherapy-45.yaml:1:1: the id "psychotherapy-46" is not the file name "psychotherapy-45"`},
		{"no reference", "ultrasound", "    reference:", "    # reference:", "rules/ultrasound.yaml:"},
		{"reference without a mark", "psychotherapy-45", "mark: B", `mark: ""`, "rules/psychotherapy-45.yaml:9:3: the mark \"\" of reference"},
		{"descriptor instead of a label", "psychotherapy-45", "label: Psychotherapy, 38 to 52 minutes", "label: " + strings.Repeat("descriptor ", 6), "rules/psychotherapy-45.yaml:3:1: the label has 65 characters, at most 60"},
		{"no label", "psychotherapy-45", "label: Psychotherapy, 38 to 52 minutes", `label: ""`, "rules/psychotherapy-45.yaml:3:1: a rule needs a label"},
		{"unknown kind", "psychotherapy-45", "kind: fixed-range", "kind: fixed", `rules/psychotherapy-45.yaml:5:1: the kind "fixed" is not one of add-on, as-given, blocks`},
		{"no day", "psychotherapy-45", "2013-01-01:", "2013:", `rules/psychotherapy-45.yaml:9:3: "2013" is not a day`},
		{"day that is not in the calendar", "psychotherapy-45", "2013-01-01:", "2013-02-29:", "is not a day"},
		{"day listed twice", "prolonged-first", "2023-01-01: null", "2013-01-01: null", `rules/prolonged-first.yaml:17:3: mapping key "2013-01-01" already defined`},
		{"begins with an end", "prolonged-first", "2023-01-01: null", "2012-01-01: null", "2012-01-01 ends a value that never began"},
		{"range upside down", "psychotherapy-45", "max: 52", "max: 30", "rules/psychotherapy-45.yaml:9:3: max 30 is below min 38"},
		{"range without a start", "psychotherapy-45", "min: 38", "first: 38", "fixed-range needs min"},
		{"ladder without a step", "cognitive-intervention-more", "every: 15", "most: 0", "ladder needs every"},
		{"minutes where time does not count", "screening", "    needs:", "    min: 5\n    needs:", "per-instrument does not count time"},
		{"add-on without primaries", "add-ons", `  "90785":`, `  "90786":`, `rules/interactive-complexity.yaml:8:3: an add-on needs primaries, the codes it may follow, here or in add-ons.yaml`},
		{"minutes that are no number", "psychotherapy-45", "min: 38", "min: many", "rules/psychotherapy-45.yaml:10:10:"},
		{"code that is none", "psychotherapy-45", `code: "90834"`, `code: "9083"`, `rules/psychotherapy-45.yaml:2:1: "9083" is no CPT or HCPCS code`},
		{"code of another rule", "psychotherapy-45", `code: "90834"`, `code: "90832"`, "90832 is already ruled by psychotherapy-30.yaml"},
		{"unknown activity", "psychotherapy-45", "activities: [psychotherapy]", "activities: [therapy]", `rules/psychotherapy-45.yaml:6:1: "therapy" is no activity`},
		{"never checked", "psychotherapy-45", "checked: 2026-11-24\n", "", "a rule needs the day on which a person last compared it"},
		{"table without its reference", "unit-limits", "mark: A", "mark: X", `the mark "X"`},
		{"table under another id", "pairs", "id: pairs", "id: couples", `the id "couples" is not the file name "pairs"`},
		{"eligibility of an unknown discipline", "eligibility", "furnishedBy: [PT]", "furnishedBy: [PTA]", `"PTA" is no discipline`},
		{"minutes handed to a code that is not there", "crisis-first", `alone: "90832"`, `alone: "90831"`, `rules/crisis-first.yaml: below names "90831", which no timed rule knows`},
		{"pack without a version", "pack", `version: "2026.1"`, `version: ""`, "rules/pack.yaml:3:1: a rule pack needs a version"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := pack(t)
			name := "rules/" + tt.file + ".yaml"
			content := string(files[name].Data)
			if !strings.Contains(content, tt.old) {
				t.Fatalf("%s does not contain %q", name, tt.old)
			}
			files[name] = &fstest.MapFile{Data: []byte(strings.Replace(content, tt.old, tt.new, 1))}
			_, err := coding.Load(files, "rules")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestLoadReportsAllFaultsAtOnce(t *testing.T) {
	files := pack(t)
	files["rules/ultrasound.yaml"] = &fstest.MapFile{Data: []byte("id: ultrasound\ncolour: red\n")}
	files["rules/massage.yaml"] = &fstest.MapFile{Data: []byte("id: message\ncode: \"97124\"\nlabel: Massage\n")}
	delete(files, "rules/pairs.yaml")
	_, err := coding.Load(files, "rules")
	if err == nil {
		t.Fatal("a pack with three bad files was loaded")
	}
	for _, want := range []string{"rules/ultrasound.yaml:2:1", `the id "message"`, "a rule needs a family", "rules/pairs.yaml: is missing"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %q in\n%v", want, err)
		}
	}
	var field *effective.FieldError
	if !errors.As(err, &field) {
		t.Error("no fault is a FieldError")
	}
}

func TestVersionFollowsTheFiles(t *testing.T) {
	files := pack(t)
	first, err := coding.Load(files, "rules")
	if err != nil {
		t.Fatal(err)
	}
	if first.Version() != builtin(t).Version() {
		t.Errorf("the same files have two versions, %v and %v", first.Version(), builtin(t).Version())
	}
	if v := first.Version(); v.Version != "2026.1" || !strings.HasPrefix(v.Digest, "sha256:") || len(v.Digest) != len("sha256:")+64 {
		t.Errorf("version %+v", v)
	}
	name := "rules/psychotherapy-45.yaml"
	files[name] = &fstest.MapFile{Data: append([]byte("# one more line\n"), files[name].Data...)}
	second, err := coding.Load(files, "rules")
	if err != nil {
		t.Fatal(err)
	}
	if second.Version().Digest == first.Version().Digest {
		t.Error("a changed file has the same digest")
	}
}

func TestLoadOfAnUnknownFolder(t *testing.T) {
	if _, err := coding.Load(fstest.MapFS{}, "rules"); err == nil {
		t.Error("rules were loaded from nowhere")
	}
}
