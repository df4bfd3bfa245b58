package demoehr

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"github.com/gorilla/mux"
)

// variants are the same clinic on EHRs of other personalities, each made when it is first asked for.
type variants struct {
	mutex sync.Mutex
	made  map[string]*EHR
}

// As is the same clinic on an EHR of another personality: under its own address below this one, with
// its own record. It fails where there is none: for an unknown id, and in front of a real server, which
// has the personality that it has.
func (e *EHR) As(id string) (*EHR, error) {
	if id == e.personality.ID {
		return e, nil
	}
	if e.home != nil {
		return e.home.As(id)
	}
	if _, known := personalityOf(id); !known || !e.hasVariants() {
		return nil, refuse(http.StatusNotFound, "not-found", "there is no such EHR here")
	}
	e.variants.mutex.Lock()
	defer e.variants.mutex.Unlock()
	if made, ok := e.variants.made[id]; ok {
		return made, nil
	}
	options := e.options
	options.BaseURL, options.Personality, options.Faults = e.variantBase(id), id, nil
	made, err := New(options)
	if err != nil {
		return nil, fmt.Errorf("as %s: %w", id, err)
	}
	made.home = e
	if e.variants.made == nil {
		e.variants.made = map[string]*EHR{}
	}
	e.variants.made[id] = made
	return made, nil
}

// ISSAs is the FHIR base of the same clinic on an EHR of another personality.
func (e *EHR) ISSAs(id string) string {
	if e.home != nil {
		return e.home.ISSAs(id)
	}
	if id == e.personality.ID {
		return e.ISS()
	}
	return endpointsUnder(e.variantBase(id)).fhir
}

func (e *EHR) variantBase(id string) string { return e.options.BaseURL + "/as/" + id }

// hasVariants says whether there are other personalities to look at.
func (e *EHR) hasVariants() bool {
	return e.home != nil || e.personality.ID == "" && e.upstream == nil && e.options.Seed
}

// serveVariant hands a request on to the EHR that its address names.
func (e *EHR) serveVariant(w http.ResponseWriter, r *http.Request) {
	id := mux.Vars(r)["personality"]
	other, err := e.As(id)
	if err != nil || id == "" {
		e.showError(w, err)
		return
	}
	http.StripPrefix("/as/"+id, other.handler).ServeHTTP(w, r)
}

// A choice is one personality as the screens offer it.
type choice struct {
	Personality
	Href    string
	Present bool
}

// choices are the personalities with the addresses of one screen on each, none where there is but one.
func (e *EHR) choices(screen string) []choice {
	if !e.hasVariants() {
		return nil
	}
	home := e
	if e.home != nil {
		home = e.home
	}
	var all []choice
	for _, p := range Personalities() {
		base := home.path
		if p.ID != "" {
			base += "/as/" + p.ID
		}
		all = append(all, choice{p, base + screen, p.ID == e.personality.ID})
	}
	return all
}

// pathOf is the path under which an EHR is reached: empty at the root of a host.
func pathOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return u.Path
}
