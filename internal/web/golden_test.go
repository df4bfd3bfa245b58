package web

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden pages in testdata")

var fileVersion = regexp.MustCompile(`\?v=[0-9a-f]{12}"`)
var seenValue = regexp.MustCompile(`name="seen" value="[0-9a-f]+"`)

func TestVisitPageIsAsItWas(t *testing.T) {
	w := newWorld(t)
	for _, f := range fixtures {
		t.Run(f.name, func(t *testing.T) {
			asItWas(t, f.name, w.fixturePage(f.name))
		})
	}
}

func TestDocumentPageIsAsItWas(t *testing.T) {
	w := newWorld(t)
	w.save("A", "progress-note-dap", map[string]string{"Plan": "Return in two weeks. [[ homework ]]"})
	asItWas(t, "document", w.get("/visit/A/documents/progress-note-dap", "A").Body.String())
}

// The pictures of every scene are as they were: the whole of what is drawn, with its words.
func TestPicturesAreAsTheyWere(t *testing.T) {
	w := galleryWorld(t)
	var all strings.Builder
	for _, scene := range slices.Concat(sessionScenes, scoreScenes) {
		fmt.Fprintf(&all, "%s\n", scene.Name)
		page := w.get("/gallery/"+scene.Name, "").Body.String()
		for _, picture := range drawnPicture.FindAllString(page, -1) {
			fmt.Fprintf(&all, "%s\n", picture)
		}
	}
	asItWas(t, "pictures", all.String())
}

var drawnPicture = regexp.MustCompile(`(?s)<svg class="pic.*?</svg>`)

// asItWas compares a page with the one that is kept.
func asItWas(t *testing.T, name, got string) {
	t.Helper()
	got = fileVersion.ReplaceAllString(got, `"`)
	got = seenValue.ReplaceAllString(got, `name="seen" value=""`)
	file := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the page changed (-want +got); if it should, run with -update:\n%s", diff)
	}
}

func BenchmarkVisitPage(b *testing.B) {
	pages, err := loadPages()
	if err != nil {
		b.Fatal(err)
	}
	r, v, lower := knownReview()
	b.ReportAllocs()
	for b.Loop() {
		body := visitBody(r, v, "Practitioner/d1", lower)
		var content strings.Builder
		if err := pages.byName["visit"].Execute(&content, page{Title: body.Heading, Launch: "A", Strip: stripOf(v.Person), Body: body}); err != nil {
			b.Fatal(err)
		}
	}
}
