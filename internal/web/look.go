package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/chargenote/chargenote/smart"
)

// The look of the EHR, as smart_style_url gives it (SMART App Launch 2.2, "Styling"), is taken for three
// colours and the font of the text, and only where nothing is in doubt: the document comes from a host of
// the EHR's entry, each value is of a narrow grammar and is written anew, and every pair of colours that
// meets on a page is readable. It comes as a stylesheet of our own origin, so the policy stays as it is.

const (
	lookWait  = 1500 * time.Millisecond // that a page may wait for the EHR's look
	lookFetch = 5 * time.Second
	lookLife  = time.Hour   // a new look has a new address (SMART App Launch 2.2), so this only bounds what is kept
	lookRetry = time.Minute // after a failure
	maxLooks  = 200
)

// A look is the stylesheet made of one address; css is there once done is closed.
type look struct {
	done  chan struct{}
	css   string
	until time.Time
}

// looks are the looks of the EHRs, by entry and address.
type looks struct {
	mu    sync.Mutex
	byKey map[string]*look
}

// prepareLook begins to fetch the look of a launch's EHR, where it has one, while the record is read.
func (s *Server) prepareLook(l *smart.Launch) *look {
	if l.StyleURL == "" || l.Issuer == nil {
		return nil
	}
	key, now := l.Issuer.Key+" "+l.StyleURL, s.options.Now()
	s.looks.mu.Lock()
	defer s.looks.mu.Unlock()
	if have := s.looks.byKey[key]; have != nil && now.Before(have.until) {
		return have
	}
	if s.looks.byKey == nil || len(s.looks.byKey) >= maxLooks {
		s.looks.byKey = map[string]*look{}
	}
	started := &look{done: make(chan struct{}), until: now.Add(lookLife)}
	s.looks.byKey[key] = started
	go s.fetchLook(l, started)
	return started
}

func (s *Server) fetchLook(l *smart.Launch, into *look) {
	defer close(into.done)
	ctx, cancel := context.WithTimeout(context.Background(), lookFetch)
	defer cancel()
	document, err := s.options.Launches.Style(ctx, l)
	if err != nil {
		s.options.Log.Info("the EHR's look could not be read", "issuer", l.Issuer.Key, "error", logged(err))
		s.looks.mu.Lock()
		into.until = s.options.Now().Add(lookRetry)
		s.looks.mu.Unlock()
		return
	}
	into.css = lookOf(document)
}

// serveLook is the stylesheet of the EHR's look; an empty one where there is none, or none in time.
func (s *Server) serveLook(w http.ResponseWriter, r *http.Request, o open) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	from := s.prepareLook(o.launch)
	if from == nil {
		return
	}
	select {
	case <-from.done:
		if from.css != "" {
			w.Header().Set("Cache-Control", "private, max-age=3600")
		}
		_, _ = w.Write([]byte(from.css))
	case <-time.After(lookWait):
	case <-r.Context().Done():
	}
}

// lookPath is the address of the look of a launch that has one.
func lookPath(l *smart.Launch) string {
	if l.StyleURL == "" {
		return ""
	}
	return visitPath(l.ID) + "/look.css?v=" + short(l.StyleURL)
}

// A shade is a colour of sRGB, each part 0 to 255.
type shade [3]uint8

func (c shade) String() string { return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]) }

// The colours of the light theme that a colour of the EHR meets, as the stylesheet has them.
var lightTheme = map[string]shade{
	"paper": {0xf5, 0xf4, 0xf0}, "card": {0xff, 0xff, 0xff}, "ink": {0x1c, 0x24, 0x26}, "quiet": {0x56, 0x63, 0x66},
	"accent": {0x0b, 0x64, 0x60}, "accent-wash": {0xe3, 0xf0, 0xee}, "block-wash": {0xfb, 0xea, 0xe8}, "warn-wash": {0xfb, 0xf1, 0xdc},
}

// meetings are the pairs that must be readable, text first. The text on the accent is white, as the card is.
var meetings = [][2]string{
	{"ink", "paper"}, {"ink", "card"}, {"ink", "accent-wash"}, {"ink", "block-wash"}, {"ink", "warn-wash"},
	{"quiet", "paper"}, {"accent", "paper"}, {"accent", "card"}, {"accent", "accent-wash"}, {"accent", "block-wash"}, {"accent", "warn-wash"},
}

// leastContrast of text: WCAG 2.2, 1.4.3.
const leastContrast = 4.5

// lookOf makes a stylesheet of a SMART style document: nothing of what is in doubt. The dark theme stays
// ours, since the document has one theme only.
func lookOf(document []byte) string {
	var says struct {
		Background string `json:"color_background"`
		Text       string `json:"color_text"`
		Highlight  string `json:"color_highlight"`
		Font       string `json:"font_family_body"`
	}
	if json.Unmarshal(document, &says) != nil {
		return ""
	}
	var css strings.Builder
	if colours := coloursOf(map[string]string{"paper": says.Background, "ink": says.Text, "accent": says.Highlight}); colours != "" {
		css.WriteString("@media screen and (prefers-color-scheme: light) {\n  :root {" + colours + " }\n}\n")
	}
	if font := fontOf(says.Font); font != "" {
		css.WriteString(":root { --font: " + font + "; }\n")
	}
	return css.String()
}

// coloursOf are the declarations of the colours that are given; none of them where one cannot be read,
// or would make text unreadable.
func coloursOf(given map[string]string) string {
	theme, declared := map[string]shade{}, ""
	for name, colour := range lightTheme {
		theme[name] = colour
	}
	for _, name := range []string{"paper", "ink", "accent"} {
		if given[name] == "" {
			continue
		}
		colour, ok := shadeOf(given[name])
		if !ok {
			return ""
		}
		theme[name] = colour
		declared += " --" + name + ": " + colour.String() + ";"
	}
	for _, pair := range meetings {
		if contrast(theme[pair[0]], theme[pair[1]]) < leastContrast {
			return ""
		}
	}
	return declared
}

var (
	hexColour = regexp.MustCompile(`^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$`)
	rgbColour = regexp.MustCompile(`^rgb\( ?([0-9]{1,3}) ?, ?([0-9]{1,3}) ?, ?([0-9]{1,3}) ?\)$`)
)

// shadeOf reads a colour that covers what is below it: hexadecimal or rgb().
func shadeOf(text string) (shade, bool) {
	var parts []string
	base := 16
	if hexColour.MatchString(text) {
		digits := text[1:]
		if len(digits) == 3 {
			digits = strings.Join([]string{digits[:1], digits[:1], digits[1:2], digits[1:2], digits[2:], digits[2:]}, "")
		}
		parts = []string{digits[:2], digits[2:4], digits[4:]}
	} else if found := rgbColour.FindStringSubmatch(text); found != nil {
		parts, base = found[1:], 10
	}
	var colour shade
	for i, part := range parts {
		n, err := strconv.ParseUint(part, base, 8)
		if err != nil {
			return shade{}, false
		}
		colour[i] = uint8(n) // 8 bits, as parsed
	}
	return colour, parts != nil
}

// genericFonts are names with a meaning of their own in CSS, which a quoted name has not.
var genericFonts = []string{"serif", "sans-serif", "monospace", "system-ui", "ui-sans-serif", "ui-serif", "ui-monospace", "-apple-system"}

var fontName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 -]{0,39}$`)

// fontOf writes a list of font families anew; empty where a name is anything but letters, digits, spaces
// and hyphens, or where there are more than ten. A name loads nothing: a font that is not there is passed over.
func fontOf(list string) string {
	names := strings.Split(list, ",")
	if len(names) > 10 {
		return ""
	}
	for i, name := range names {
		name = strings.TrimSpace(name)
		if slices.Contains(genericFonts, name) {
			names[i] = name
			continue
		}
		if n := len(name); n > 2 && (name[0] == '"' || name[0] == '\'') && name[n-1] == name[0] {
			name = name[1 : n-1]
		}
		if !fontName.MatchString(name) {
			return ""
		}
		names[i] = `"` + name + `"`
	}
	return strings.Join(names, ", ")
}
