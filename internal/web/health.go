package web

import (
	"io"
	"net/http"
)

// live says that the process answers.
func (s *Server) live(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok\n")
}

// ready says whether launches can be taken. Why not is for the log; the answer holds one word. An
// EHR that is down does not make us unready.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err := s.options.Ready(r.Context()); err != nil {
		s.options.Log.Warn("not ready", "error", logged(err))
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "not ready\n")
		return
	}
	_, _ = io.WriteString(w, "ok\n")
}
