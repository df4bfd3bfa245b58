package smart

import (
	"net/http"
	"time"
)

// A Launch is one opening of the app from a chart, as it stood when it was asked for. It does not change.
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
	Intent            string
	Tenant            string // as the EHR says it; the configured one is Issuer.Tenant
	FHIRContext       []ContextItem
	Scopes            []string // granted
	Started           time.Time
	Expires           time.Time // when the launch ends whatever is done
}

// A ContextItem is one further resource the EHR has put in context.
type ContextItem struct {
	Reference string // "ImagingStudy/i1"
	Canonical string
	Type      string
	Role      string // "launch" where the EHR says none
}

// Granted tells whether the EHR granted the scope, in whichever grammar.
func (l *Launch) Granted(scope string) bool { return false }

// CanRead tells whether resources of this type may be read by id.
func (l *Launch) CanRead(resourceType string) bool { return false }

// CanSearch tells whether resources of this type may be searched.
func (l *Launch) CanSearch(resourceType string) bool { return false }

// CanCreate tells whether resources of this type may be created; never without a named user.
func (l *Launch) CanCreate(resourceType string) bool { return false }

// HTTPClient returns a client for the FHIR base. It adds the access token to requests to the base and to nothing else,
// follows no redirect, and renews the token when it is due.
func (l *Launch) HTTPClient() *http.Client { return nil }
