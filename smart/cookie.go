package smart

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"
)

// shortName is how much of a launch id names it in cookies and in state: 12 of 43 letters, 72 of 256 bits.
const shortName = 12

// random returns 32 random bytes in 43 letters that need no escaping.
func random() string {
	var b [32]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func hash(s string) [32]byte { return sha256.Sum256([]byte(s)) }

func same(a, b [32]byte) bool { return subtle.ConstantTimeCompare(a[:], b[:]) == 1 }

// prefix begins the name of each of our cookies. Over plain http, on one machine, browsers refuse __Host-.
func (a *App) prefix() string {
	if a.plain {
		return "l-"
	}
	return "__Host-l-"
}

// setCookie binds this browser to one launch. Partitioned lets it live in the EHR's frame.
func (a *App) setCookie(w http.ResponseWriter, name, secret string, life time.Duration) {
	c := &http.Cookie{
		Name: a.prefix() + name, Value: secret, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: true, SameSite: http.SameSiteNoneMode, Partitioned: true,
	}
	if secret == "" {
		c.MaxAge = -1
	}
	if a.plain {
		c.Secure, c.Partitioned, c.SameSite = false, false, http.SameSiteLaxMode
	}
	http.SetCookie(w, c)
}

func (a *App) clearCookie(w http.ResponseWriter, name string) { a.setCookie(w, name, "", 0) }

// holds tells whether the browser sent a cookie of this launch at all, and whether one of them is the right one:
// a neighbouring site may have planted another of the same name.
func (a *App) holds(r *http.Request, rec *Record) (sent, right bool) {
	for _, c := range r.CookiesNamed(a.prefix() + rec.Name) {
		sent = true
		if same(hash(c.Value), rec.Browser) {
			right = true
		}
	}
	return sent, right
}

// launchesOf returns the records this browser holds, and clears cookies of launches that are gone.
func (a *App) launchesOf(w http.ResponseWriter, r *http.Request) []Record {
	var held []Record
	seen := map[string]bool{}
	for _, c := range r.Cookies() {
		name, ours := strings.CutPrefix(c.Name, a.prefix())
		if !ours || len(name) != shortName || seen[name] || len(seen) == 64 {
			continue
		}
		seen[name] = true
		rec, err := a.store.Get(r.Context(), name)
		if err == nil && a.now().After(rec.Ends()) {
			_ = a.store.Delete(r.Context(), name)
			err = ErrNoRecord
		}
		if errors.Is(err, ErrNoRecord) {
			a.clearCookie(w, name)
		}
		if err != nil {
			continue
		}
		if _, right := a.holds(r, &rec); right {
			held = append(held, rec)
		}
	}
	return held
}
