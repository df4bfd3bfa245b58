package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"

	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/smart"
)

//go:embed templates/*.html
var templateFiles embed.FS

var pageNames = []string{"index", "visit", "encounters", "codes", "preview", "write", "void", "failure", "ended", "documents", "document", "gallery", "part"}

// functions are those that templates may call.
var functions = template.FuncMap{
	"line": func(page codesPage, code codeView) codeLine { return codeLine{page, code} },
	"hasSides": func(all []consistencyView) bool {
		return slices.ContainsFunc(all, func(c consistencyView) bool { return c.Proof.Resource+c.Phrases+c.Proof.Reference != "" })
	},
}

// pages holds one parsed template for each kind of page.
type pages struct {
	byName map[string]*template.Template
	assets assets
}

func loadPages() (*pages, error) {
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	p := &pages{byName: map[string]*template.Template{}, assets: files}
	shared := []string{"templates/layout.html", "templates/parts*.html", "templates/ledger.html", "templates/choosing.html", "templates/evidence.html", "templates/session.html", "templates/scores.html", "templates/sheet.html"}
	for _, name := range pageNames {
		t, err := template.New("layout.html").Funcs(functions).ParseFS(templateFiles, append(slices.Clone(shared), "templates/"+name+".html")...)
		if err != nil {
			return nil, fmt.Errorf("web: read the %s page: %w", name, err)
		}
		p.byName[name] = t
	}
	return p, nil
}

// A page is what every page has, with its own Body.
type page struct {
	Title     string
	Launch    string // id of the open launch; empty: no way to end it is shown
	Strip     *strip
	Plain     bool // a page of few words, without a chart
	Rules     string
	Style     string
	Scripts   []string // addresses, in the order in which they run
	Look      string   // address of the EHR's look, which lies over the style; empty: it has none
	Version   string
	Demo      bool
	Messaging smart.Messaging // with the chart's window; empty: the EHR offers none
	KeysOff   bool            // the clinician switched the single keys off
	Body      any
}

// chartPage is the page of an open chart: whose it is, and under which rules it was reviewed.
func (s *Server) chartPage(o open, reviewed *review.Review, title string, body any) page {
	p := page{Title: title, Launch: o.launch.ID, Body: body, Rules: s.rulesLine(reviewed)}
	if o.launch.NeedPatientBanner {
		p.Strip = stripOf(reviewed.Visit().Person)
	}
	return p
}

func (s *Server) rulesLine(reviewed *review.Review) string {
	line := fmt.Sprintf("Coding rules %s", reviewed.Coding.Rules.Version)
	if digest := reviewed.Coding.Rules.Digest; digest != "" {
		line += " (" + shortDigest(digest) + ")"
	}
	if s.options.Reviews.Notes != nil {
		line += ", documentation rules " + s.options.Reviews.Notes.Version().Version
	}
	if reviewed.DateOfService == "" {
		return line
	}
	line += ", as they stood on " + longDay(reviewed.DateOfService)
	if codes := s.options.Reviews.Codes; codes != nil {
		line += ", CMS tables of " + longDay(codes.EditsQuarter(reviewed.Facts.DateOfService).String())
	}
	return line
}

// render writes a page whole or not at all.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name string, p page) {
	p.Style, p.Scripts = s.pages.assets.address("chargenote.css"), []string{s.pages.assets.address(htmxName), s.pages.assets.address("chargenote.js")}
	p.Version, p.Demo, p.Look, p.KeysOff = s.options.Version, s.options.Demo, s.sessions.look(p.Launch), s.sessions.keysOff(p.Launch)
	p.Messaging = s.sessions.messaging(p.Launch)
	var content bytes.Buffer
	if err := s.pages.byName[name].Execute(&content, p); err != nil {
		s.options.Log.Error("page could not be written", "page", name, "route", routeOf(r), "error", logged(err))
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content.Bytes())
	}
}

// index meets people who arrive without a launch.
func (s *Server) index(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, http.StatusOK, "index", page{Title: "Chargenote", Plain: true,
		Body: indexPage{BaseURL: s.origin.Scheme + "://" + s.origin.Host, Scopes: smart.DefaultScopes}})
}

type indexPage struct {
	BaseURL string
	Scopes  []string
}
