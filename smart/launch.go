package smart

import (
	"log/slog"
	"net/http"
	"slices"
	"time"
)

// A Launch is one opening of the app from a chart, as it stood when it was asked for. It does not change, and holds no token.
type Launch struct {
	ID                string
	Issuer            *Issuer
	ISS               string // FHIR base as the EHR wrote it
	Patient           string // logical id, never empty
	Encounter         string // logical id, empty where the EHR named none
	User              string // "Practitioner/d1"; empty when nobody is known by name, and then nothing may be written
	Subject           string // sub of the id_token, unique with the issuer
	NeedPatientBanner bool   // true also where the EHR says nothing
	StyleURL          string // smart_style_url, empty when it is not at one of the EHR's hosts
	Messaging         Messaging
	Intent            string
	Tenant            string // as the EHR says it; the configured one is Issuer.Tenant
	FHIRContext       []ContextItem
	Scopes            []string // granted
	Started           time.Time
	Expires           time.Time // when the launch ends whatever is done

	client *http.Client
}

// A ContextItem is one further resource the EHR has put in context.
type ContextItem struct {
	Reference string // "ImagingStudy/i1"
	Canonical string
	Type      string
	Role      string // "launch" where the EHR says none
}

// view shows a record.
func (a *App) view(e *ehr, r Record) *Launch {
	return &Launch{
		ID: r.ID, Issuer: e.issuer, ISS: r.ISS,
		Patient: r.Patient, Encounter: r.Encounter, User: r.User, Subject: r.Subject,
		NeedPatientBanner: !r.HideBanner, StyleURL: r.StyleURL, Messaging: r.Messaging, Intent: r.Intent, Tenant: r.Tenant,
		FHIRContext: slices.Clone(r.FHIRContext), Scopes: slices.Clone(r.Scopes),
		Started: r.Started, Expires: r.Started.Add(wholeTime),
		client: &http.Client{Transport: &bearer{app: a, ehr: e, name: r.Name, id: r.ID}, Timeout: 30 * time.Second, CheckRedirect: noRedirect},
	}
}

// LogValue shows the EHR's key and nothing of the patient.
func (l *Launch) LogValue() slog.Value { return slog.GroupValue(slog.String("issuer", l.Issuer.Key)) }

// HTTPClient returns a client for the FHIR base. It adds the access token to requests to the base and to nothing else,
// sends nothing to hosts the EHR's entry does not name, follows no redirect, renews the token when four fifths of its
// life are over, and once when the EHR answers 401. A request with a body is sent again only if it has GetBody.
// When the EHR has ended the session the error wraps an [*Error] of kind Reopen.
func (l *Launch) HTTPClient() *http.Client { return l.client }
