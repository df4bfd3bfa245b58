package house_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/chargenote/chargenote/"

// The libraries, by the names used in the table.
const (
	models      = "github.com/samply/golang-fhir-models"
	mux         = "github.com/gorilla/mux"
	oauth2      = "golang.org/x/oauth2"
	oidc        = "github.com/coreos/go-oidc/v3"
	jose        = "github.com/go-jose/go-jose/v4"
	yaml        = "github.com/goccy/go-yaml"
	kong        = "github.com/alecthomas/kong"
	uuid        = "github.com/google/uuid"
	sync        = "golang.org/x/sync"
	rate        = "golang.org/x/time"
	html        = "golang.org/x/net/html"
	term        = "golang.org/x/term"
	text        = "golang.org/x/text"
	excelize    = "github.com/xuri/excelize/v2"
	fpdf        = "codeberg.org/go-pdf/fpdf"
	image       = "golang.org/x/image"
	pgx         = "github.com/jackc/pgx/v5"
	sqlite      = "modernc.org/sqlite"
	goose       = "github.com/pressly/goose/v3"
	pdfium      = "github.com/klippa-app/go-pdfium"
	wazero      = "github.com/tetratelabs/wazero"
	everyOfOurs = "ours"
)

// A place is what one package may import of this module and of libraries, and why no more.
type place struct {
	may []string
	why string
}

// places is the import table. A name ending in /... stands for the packages below it too.
var places = map[string]place{
	"internal/effective":          {[]string{yaml}, "days and values know nothing of codes, notes or records"},
	"internal/layer":              {[]string{"internal/effective"}, "layers lie over each other whatever their rules are about"},
	"coding/screening":            {[]string{"internal/effective"}, "instruments are pure: the same answers give the same result, and no code is suggested here"},
	"coding":                      {[]string{"coding/screening", "internal/effective"}, "coding rules are pure: the same facts give the same bytes, wherever they come from"},
	"docs":                        {[]string{"coding", "internal/effective", "internal/layer", text}, "documentation rules are pure: they read a text and facts, not a record"},
	"internal/ncci":               {[]string{"internal/effective", excelize}, "it turns CMS's tables into rule files, and knows neither the rules that read them nor commands"},
	"internal/pdftext":            {[]string{pdfium, wazero}, "it holds a sandbox for bytes that nobody vouches for, and knows nothing of notes"},
	"internal/notetext":           {[]string{html, text}, "it turns the bytes of a note into text, and knows neither records nor rules; a PDF is read by what it is given"},
	"internal/visit":              {[]string{"coding", "docs"}, "the words that record, review and page share belong to none of them"},
	"fhir":                        {[]string{"coding", "coding/screening", "docs", "internal/visit", "internal/notetext", "internal/effective", models, uuid, sync, rate}, "the record knows neither login nor pages"},
	"smart":                       {[]string{oauth2, oidc, jose, sync}, "login knows neither rules nor FHIR resources, so that it can be read and trusted alone"},
	"internal/review":             {[]string{"coding", "docs", "internal/review/consistency", "internal/visit", "internal/effective"}, "the use case does not know where facts come from"},
	"internal/review/consistency": {[]string{"coding", "docs", "internal/visit", "internal/effective", "internal/layer"}, "it compares what the review holds, and fetches nothing"},
	"internal/draft":              {[]string{"docs", "internal/review", "internal/visit", "internal/effective", fpdf, image}, "drafts say what a review holds, and neither fetch nor file anything"},
	"internal/journal":            {[]string{"internal/visit", pgx, sqlite, goose}, "it remembers filings and sends them through a function: it knows neither FHIR nor pages nor rules"},
	"internal/pgserver":           {nil, "it starts a database for tests, and is no part of the program"},
	"internal/web":                {[]string{"smart", "internal/draft", "internal/journal", "internal/review", "coding", "coding/screening", "docs", "internal/visit", "internal/effective", mux}, "pages show words of the review, never FHIR resources"},
	"internal/demoehr/...": {[]string{models, mux, jose, uuid, "internal/demoehr/..."},
		"the demo EHR is what smart, coding, docs and fhir are tested against: it shares no code with them"},
	"internal/house": {nil, "it holds tests only"},
	"integration":    {nil, "black box: only its tests import, and only the demo EHR"},
	"cmd/...":        {[]string{everyOfOurs, kong, term, mux}, "commands wire packages together and decide nothing"},
}

// testsMay is what tests may import of this module, beside their own package and what it may import.
var testsMay = map[string][]string{
	"integration":          {"internal/demoehr", "internal/pgserver"},
	"internal/journal":     {"internal/pgserver"},
	"fhir":                 {"internal/review", "internal/pdftext"}, // broken records are read to the end: no suggestion without a source
	"internal/draft":       {"coding"},
	"cmd/...":              {"internal/demoehr"},
	"internal/demoehr/...": {},
}

// pure packages reach none of these, however deep.
var (
	pure    = []string{"internal/effective", "internal/layer", "internal/notetext", "coding", "coding/screening", "docs"}
	unclean = map[string]string{
		"net":          "rules ask nobody",
		"net/http":     "rules ask nobody",
		"os/exec":      "rules start nothing",
		"database/sql": "rules keep nothing",
	}
)

type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Deps         []string
}

func TestImports(t *testing.T) {
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		place, ok := lookup(places, name)
		if !ok {
			t.Errorf("%s is not in the table of internal/house: say there what it may import and why", name)
			continue
		}
		for _, imported := range p.Imports {
			if !allowed(imported, place.may) {
				t.Errorf("%s imports %s: %s", name, strings.TrimPrefix(imported, module), place.why)
			}
		}
	}
}

func TestImportsOfTests(t *testing.T) {
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		place, _ := lookup(places, name)
		more, _ := lookup(testsMay, name)
		may := slices.Concat([]string{name}, place.may, more)
		for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
			if strings.HasPrefix(imported, module) && !allowed(imported, may) {
				t.Errorf("a test of %s imports %s: %s", name, strings.TrimPrefix(imported, module), place.why)
			}
		}
	}
}

func TestPurePackagesReachNothing(t *testing.T) {
	found := 0
	for _, p := range list(t) {
		if !slices.Contains(pure, strings.TrimPrefix(p.ImportPath, module)) {
			continue
		}
		found++
		for _, dep := range p.Deps {
			if why, bad := unclean[dep]; bad {
				t.Errorf("%s reaches %s: %s", p.ImportPath, dep, why)
			}
		}
	}
	if found != len(pure) {
		t.Errorf("found %d of the %d pure packages: has one been renamed?", found, len(pure))
	}
}

func TestTableNamesPackagesThatExist(t *testing.T) {
	var names []string
	for _, p := range list(t) {
		names = append(names, strings.TrimPrefix(p.ImportPath, module))
	}
	for pattern := range places {
		if !slices.ContainsFunc(names, func(name string) bool { return matches(pattern, name) }) {
			t.Errorf("the table names %s, and no such package exists", pattern)
		}
	}
}

// TestTableRefuses makes sure that the table can say no.
func TestTableRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, imports string
		want          bool
	}{
		{"coding", module + "internal/effective", true},
		{"coding", module + "docs", false},
		{"coding/screening", module + "coding", false},
		{"fhir", module + "coding/screening", true},
		{"internal/web", module + "fhir", false},
		{"internal/web", models + "/fhir-models/fhir", false},
		{"smart", "golang.org/x/oauth2/clientcredentials", true},
		{"smart", "golang.org/x/oauth2x", false},
		{"internal/demoehr", module + "smart", false},
		{"cmd/chargenote", module + "internal/review", true},
		{"fhir", "crypto/sha256", true},
	} {
		place, ok := lookup(places, tt.name)
		if !ok {
			t.Fatalf("%s is not in the table", tt.name)
		}
		if got := allowed(tt.imports, place.may); got != tt.want {
			t.Errorf("%s imports %s: allowed %t, want %t", tt.name, tt.imports, got, tt.want)
		}
	}
}

// allowed reports whether a package that may import those names may import this one. The standard
// library always may be.
func allowed(imported string, may []string) bool {
	ours := strings.HasPrefix(imported, module)
	if !ours && !strings.Contains(strings.Split(imported, "/")[0], ".") {
		return true
	}
	for _, name := range may {
		switch {
		case ours && (name == everyOfOurs || matches(name, strings.TrimPrefix(imported, module))):
			return true
		case !ours && (imported == name || strings.HasPrefix(imported, name+"/")):
			return true
		}
	}
	return false
}

func lookup[T any](table map[string]T, name string) (T, bool) {
	for pattern, value := range table {
		if matches(pattern, name) {
			return value, true
		}
	}
	var none T
	return none, false
}

func matches(pattern, name string) bool {
	below, all := strings.CutSuffix(pattern, "/...")
	return pattern == name || all && (name == below || strings.HasPrefix(name, below+"/"))
}

func list(t *testing.T) []listed {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports,Deps", "./...")
	command.Dir = path.Join("..", "..")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		all = append(all, p)
	}
}
