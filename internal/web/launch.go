package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/gorilla/mux"

	"github.com/chargenote/chargenote/smart"
)

func (s *Server) startLaunch(w http.ResponseWriter, r *http.Request) {
	allowFrames(w, s.options.Launches.FrameAncestors(r))
	if err := s.options.Launches.Start(w, r); err != nil {
		s.fail(w, r, err)
	}
}

func (s *Server) continueLaunch(w http.ResponseWriter, r *http.Request) {
	allowFrames(w, s.options.Launches.FrameAncestors(r))
	if err := s.options.Launches.Continue(w, r); err != nil {
		s.fail(w, r, err)
	}
}

// callback opens the launch and goes on to its page. The address is made here from the launch's id;
// no address of a request is ever followed.
func (s *Server) callback(w http.ResponseWriter, r *http.Request) {
	allowFrames(w, s.options.Launches.FrameAncestors(r))
	id, err := s.options.Launches.Callback(w, r, mux.Vars(r)["key"])
	if err != nil {
		s.fail(w, r, err)
		return
	}
	seeOther(w, visitPath(id))
}

// An open is a launch with what this request needs of it.
type open struct {
	launch  *smart.Launch
	session *session
}

// withLaunch finds the launch of the path, which needs the browser's cookie for that very launch,
// and lets its EHR frame the answer.
func (s *Server) withLaunch(next func(http.ResponseWriter, *http.Request, open)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		launch, err := s.options.Launches.Launch(r, mux.Vars(r)["launch"])
		if err == nil && launch == nil {
			err = &smart.Error{Kind: smart.NotFound}
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if launch.Issuer != nil {
			allowFrames(w, launch.Issuer.FrameAncestors)
		}
		if launch.Patient == "" {
			s.fail(w, r, &smart.Error{Kind: smart.NoPatient})
			return
		}
		s.prepareLook(launch)
		next(w, r, open{launch, s.sessions.of(launch)})
	}
}

// end forgets what was read in the launch, and the launch. What was confirmed and is still held is filed first.
func (s *Server) end(w http.ResponseWriter, r *http.Request, o open) {
	sent := s.fileHeld(r.Context(), o)
	s.options.Launches.End(r.Context(), w, o.launch)
	s.sessions.end(o.launch.ID)
	s.render(w, r, http.StatusOK, "ended", page{Title: "The chart is closed", Plain: true, Body: sent})
}

func visitPath(launchID string) string { return "/visit/" + launchID }

// seeOther sends the browser on with GET, so that a reload repeats nothing.
func seeOther(w http.ResponseWriter, path string) {
	w.Header().Set("Location", path)
	w.WriteHeader(http.StatusSeeOther)
}

// short names a launch in the log without being the launch's id.
func short(launchID string) string {
	sum := sha256.Sum256([]byte(launchID))
	return hex.EncodeToString(sum[:4])
}
