package web

import "net/http"

// The single keys of the page ("?" lists them) can be switched off, as WCAG 2.2, 2.1.4 asks. That is kept
// with the launch here, since the page keeps nothing in the browser.

// setKeys switches the single keys off or on for the launch.
func (s *Server) setKeys(w http.ResponseWriter, r *http.Request, o open) {
	if err := readForm(r); err != nil {
		s.fail(w, r, err)
		return
	}
	o.session.mu.Lock()
	o.session.keysOff = r.PostForm.Get("keys") == "off"
	o.session.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// keysOff reports whether the single keys of a launch are switched off.
func (all *sessions) keysOff(launchID string) bool {
	all.mu.Lock()
	s := all.byLaunch[launchID]
	all.mu.Unlock()
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keysOff
}
