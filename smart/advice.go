package smart

// What a person at the screen is told. Nothing here comes from the wire.
const (
	adviceUnknown  = "This app is not set up for the system that opened it. Ask your administrator to add the system's address to the app's list."
	adviceRequest  = "The app was opened without the information it needs. Open it again from the patient's chart."
	adviceReopen   = "Close this page and open the app again from the patient's chart."
	adviceNoCookie = "The browser did not keep the app's cookie, as happens in frames. Open the app in a window of its own."
	adviceDenied   = "Access was not given. Open the app again from the chart and agree, or ask your administrator whether you may use it."
	adviceEHR      = "The record system did not answer as expected. Try again in a minute; if it stays so, tell your administrator."
	adviceSetup    = "The record system does not accept how this app is set up there. Tell your administrator."
	adviceIdentity = "The record system could not prove who you are. Open the app again from the chart; if it stays so, tell your administrator."
	adviceBusy     = "The app cannot take this launch just now. Try again in a minute."
	advicePatient  = "The record system did not say which patient this is about. Select a patient, then open the app from that patient's chart."
)

// namedCode returns an error code of the other side when the standards know it (RFC 6749, 4.1.2.1 and 5.2;
// OpenID Connect Core, 3.1.2.6), with its advice. Other codes are not repeated.
func namedCode(code string) (known, advice string) {
	switch code {
	case "access_denied":
		return code, adviceDenied
	case "invalid_grant", "login_required", "interaction_required", "consent_required", "account_selection_required":
		return code, adviceReopen
	case "server_error", "temporarily_unavailable":
		return code, adviceEHR
	case "invalid_request", "invalid_client", "unauthorized_client", "unsupported_response_type", "unsupported_grant_type", "invalid_scope":
		return code, adviceSetup
	}
	return "", adviceEHR
}

func fail(kind Kind, reason, advice string) *Error {
	return &Error{Kind: kind, Advice: advice, reason: reason}
}

func (e *ehr) fail(kind Kind, reason, advice string) *Error {
	f := fail(kind, reason, advice)
	f.Issuer = e.issuer.Key
	return f
}
