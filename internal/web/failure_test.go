package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

const canary = "canary-1984-04-02-Wilhelmina"

type refusal struct {
	status int
	advice string
}

func (r refusal) Error() string    { return fmt.Sprintf("read Encounter refused (%d)", r.status) }
func (r refusal) HTTPStatus() int  { return r.status }
func (r refusal) WhatToDo() string { return r.advice }

func TestErrorsInWords(t *testing.T) {
	_, timeFault := time.Parse(time.DateOnly, canary)
	for _, tt := range []struct {
		name   string
		err    error
		status int
		words  []string
	}{
		{"unknown issuer", &smart.Error{Kind: smart.UnknownIssuer}, 403, []string{"not set up here"}},
		{"bad request", &smart.Error{Kind: smart.BadRequest}, 400, []string{"not complete"}},
		{"no cookie", &smart.Error{Kind: smart.NoCookie, Again: "/launch?iss=x&launch=y"}, 403, []string{"cookie", `href="/launch?iss=x&amp;launch=y"`, "Open in a window"}},
		{"no cookie, address of another site", &smart.Error{Kind: smart.NoCookie, Again: "//evil.example"}, 403, []string{"cookie"}},
		{"bad state", &smart.Error{Kind: smart.BadState}, 400, []string{"does not fit"}},
		{"expired", &smart.Error{Kind: smart.Expired}, 410, []string{"too long"}},
		{"denied", &smart.Error{Kind: smart.Denied}, 403, []string{"said no"}},
		{"ehr", &smart.Error{Kind: smart.EHR, Advice: "ask for the token endpoint"}, 502, []string{"Ask for the token endpoint.", "Reference number"}},
		{"identity", &smart.Error{Kind: smart.Identity}, 502, []string{"who you are"}},
		{"no patient", &smart.Error{Kind: smart.NoPatient}, 422, []string{"No patient is open"}},
		{"reopen, wrapped", fmt.Errorf("review: %w", &url.Error{Op: "Get", URL: canary, Err: &smart.Error{Kind: smart.Reopen}}), 401, []string{"ended the session"}},
		{"not found", &smart.Error{Kind: smart.NotFound}, 404, []string{"not open here"}},
		{"unavailable", &smart.Error{Kind: smart.Unavailable}, 503, []string{"Try again"}},
		{"a kind nobody named", &smart.Error{Kind: "new"}, 502, []string{"could not be opened"}},
		{"no user", fmt.Errorf("confirm: %w", review.ErrNoUser), 403, []string{"without a name"}},
		{"other patient", fmt.Errorf("review: %w", visit.ErrOtherPatient), 409, []string{"another patient"}},
		{"record: forbidden", fmt.Errorf("review: %w", refusal{403, "ask for scope user/Encounter.r"}), 403, []string{"Ask for scope user/Encounter.r."}},
		{"record: session over", refusal{401, ""}, 401, []string{"ended the session"}},
		{"record: gone", refusal{404, ""}, 404, []string{"not in the record"}},
		{"record: busy", refusal{429, ""}, 502, []string{"busy"}},
		{"record: failed", refusal{500, ""}, 502, []string{"could not answer"}},
		{"too slow", fmt.Errorf("review: %w", context.DeadlineExceeded), 504, []string{"too long to answer"}},
		{"left", context.Canceled, 503, []string{"given up"}},
		{"unreachable", &url.Error{Op: "Get", URL: "https://ehr.example/fhir/Patient?name=" + canary, Err: &net.OpError{Op: "dial", Err: io.EOF}}, 502, []string{"cannot be reached"}},
		{"a value that does not parse", fmt.Errorf("review: birth date: %w", timeFault), 500, []string{"Internal error", "Reference number"}},
		{"a text of somebody else", fmt.Errorf("review: %w", foreign(canary)), 500, []string{"Internal error"}},
		{"a syntax error", fmt.Errorf("review: %w", &json.UnmarshalTypeError{Value: canary, Field: canary}), 500, []string{"Internal error"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.chart.fault = tt.err
			answer := w.get("/visit/A", "A")
			want(t, answer, tt.status, tt.words...)
			wantNot(t, answer, canary, "Wilhelmina", "evil.example")
			if strings.Contains(w.log.String(), canary) {
				t.Errorf("the log holds what was read:\n%s", w.log.String())
			}
			if tt.status >= 500 && !strings.Contains(w.log.String(), "reference=") {
				t.Errorf("the log has no reference number:\n%s", w.log.String())
			}
			if strings.Contains(w.log.String(), "launch=A") {
				t.Error("the log holds the launch's id")
			}
			problem := w.get("/api/v1/review/A", "A")
			var said struct {
				Title  string
				Status int
			}
			if err := json.Unmarshal(problem.Body.Bytes(), &said); err != nil || said.Status != tt.status || said.Title == "" {
				t.Errorf("the problem details are %s", problem.Body)
			}
		})
	}
}

// foreign is an error of a type that is not ours.
type foreign string

func (f foreign) Error() string { return string(f) }

func TestLaunchFailuresAreShown(t *testing.T) {
	for _, path := range []string{"/launch", "/launch/continue", "/callback/ehr"} {
		w := newWorld(t)
		w.launches.fault = &smart.Error{Kind: smart.BadState, Issuer: "ehr"}
		want(t, w.get(path, ""), http.StatusBadRequest, "does not fit")
	}
}

func TestEveryFailureSaysWhatToDo(t *testing.T) {
	for kind, f := range launchFailures {
		if f.Next == "" || f.Text == "" || f.Title == "" || f.Status < 400 {
			t.Errorf("the failure %s is not whole: %+v", kind, f)
		}
	}
	for _, err := range []error{errNoPage, errMethod, errCrossOrigin, errOtherHost, errBodyTooLarge, errForm, errOtherPatient,
		errNotChosen, errNotAChoice, errChanged, errTooManyWrites, errNoWrite, errNoRecord, errors.New("x")} {
		if f := explain(err); f.Next == "" || f.Text == "" || f.Title == "" || f.Status < 400 {
			t.Errorf("the failure is not whole: %+v", f)
		}
	}
}
