package integration

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// scratchpadEHR takes no charge over FHIR; its window talks to the app.
var scratchpadEHR = target{personality: "scratchpad"}

// framed opens a chart with the app in its frame, and waits for the handshake.
func framed(t *testing.T, on target, encounter string) (*browser, *world, func(...string) []string) {
	t.Helper()
	w := on.open(t)
	b := startBrowser(t)
	elsewhere := b.watchRequests(t)
	b.size(1280, 900)
	b.goTo(w.chart(encounter))
	return b, w, elsewhere
}

// TestWebMessaging greets the chart, puts a charge into its scratchpad once, and asks it to close the frame.
func TestWebMessaging(t *testing.T) {
	b, w, elsewhere := framed(t, scratchpadEHR, "therapy-53")
	b.inFrame("document.querySelector('#page')?.dataset.connected === 'yes'", "the chart's answer to the handshake")
	if words := ask[string](b, "document.querySelector('form[data-end] [type=submit]').textContent"); words != "Close and go back to the chart" {
		t.Errorf("the button that closes says %q", words)
	}
	ask[int](b, tickAll)
	b.click("form[action$='/preview'] button.primary")
	b.inFrame("document.querySelector('form[data-scratchpad]') !== null && document.querySelector('[data-scratchpad-words]').hidden === false", "what will happen, in words")
	if words := ask[string](b, "document.querySelector('form[data-scratchpad] .primary').textContent"); words != "Put into the scratchpad for Otis Fictum" {
		t.Errorf("the button says %q", words)
	}
	ask[bool](b, "document.querySelectorAll('details').forEach(d => { d.open = true }) === undefined")
	shown := ask[string](b, "document.querySelector('main').innerText")
	for _, part := range []string{"Gap note:", `"resourceType": "Provenance"`, `"resourceType": "DocumentReference"`, "Record of who confirmed:"} {
		if strings.Contains(shown, part) {
			t.Errorf("the preview shows %q, which is not written", part)
		}
	}
	if !strings.Contains(shown, `"resourceType": "ChargeItem"`) || !strings.Contains(shown, "the chart’s own scratchpad") {
		t.Errorf("the preview does not show what is put where: %s", shown)
	}
	b.shoot("scratchpad-preview")
	b.click("form[data-scratchpad] .primary")
	b.inFrame("location.pathname.includes('/writes/') && document.querySelector('.tag').textContent === 'filed'", "the word that it is filed")
	if text := ask[string](b, "document.querySelector('main').innerText"); !strings.Contains(text, "Filed through the chart’s scratchpad") || !strings.Contains(text, "ChargeItem/s1") {
		t.Errorf("the receipt says %q", text)
	}
	listed := "Array.from(document.querySelectorAll('#scratchpad li'), li => li.innerText)"
	if got := b.all(listed); len(got) != 1 || !strings.Contains(got[0], "90837, units: 1") {
		t.Errorf("the chart lists %q in its scratchpad", got)
	}
	b.shoot("scratchpad")
	if n := len(w.record.charges(t, "Encounter/therapy-53")); n != 0 {
		t.Errorf("%d charges stand in the record too", n)
	}

	// The same once more: what was put there is shown, and nothing is put there again.
	ask[bool](b, "location.assign('/visit/' + document.querySelector('#page').dataset.launch) === undefined")
	b.inFrame("document.querySelector('#suggestions') !== null && document.querySelector('#page').dataset.connected === 'yes'", "the visit again")
	ask[int](b, tickAll)
	b.click("form[action$='/preview'] button.primary")
	b.inFrame("document.querySelector('form[data-scratchpad] .primary')?.textContent.startsWith('Put into') === true", "the preview again")
	b.click("form[data-scratchpad] .primary")
	b.inFrame("location.pathname.includes('/writes/') && document.querySelector('.tag').textContent === 'filed'", "the same receipt")
	if got := b.all(listed); len(got) != 1 {
		t.Errorf("after the second time the chart lists %q", got)
	}

	b.click("form[data-end] [type=submit]")
	deadline(t, "the chart closing the frame", func() bool {
		return run(b, chromedp.Evaluate[bool]("document.querySelector('iframe') === null && !document.getElementById('closed').hidden"))
	})
	if complaints := b.complaints(); len(complaints) > 0 {
		t.Errorf("the browser complains: %q", complaints)
	}
	if found := elsewhere(w.app.base, w.ehr.ISS()); len(found) > 0 {
		t.Errorf("asked of others: %q", found)
	}
	for _, secret := range []string{"Otis", "smart_web_messaging_handle"} {
		if strings.Contains(w.app.log.String(), secret) {
			t.Errorf("the log says %q", secret)
		}
	}
}

// TestWebMessagingHearsOneWindow answers the page's request for the scratchpad with messages of other origins, other
// windows and other requests, while the chart says nothing: none is taken, and the filing ends as not known.
func TestWebMessagingHearsOneWindow(t *testing.T) {
	b, w, _ := framed(t, scratchpadEHR, "therapy-53")
	b.inFrame("document.querySelector('#page')?.dataset.connected === 'yes'", "the chart's answer to the handshake")
	ask[int](b, tickAll)
	b.click("form[action$='/preview'] button.primary")
	b.inFrame("document.querySelector('form[data-scratchpad] .primary')?.textContent.startsWith('Put into') === true", "the preview, connected")
	// From here on the chart's window keeps silent, and the page's message has a name that we know.
	run(b, chromedp.Evaluate[bool]("window.fetch = () => new Promise(() => {}), true"))
	ask[bool](b, `(() => { crypto.getRandomValues = bytes => bytes.fill(7)
		setInterval(() => {
			const responseToMessageId = '07'.repeat(16), payload = {status: '201 Created', location: 'ChargeItem/forged'}, origin = document.querySelector('#page').dataset.messagingOrigin
			dispatchEvent(new MessageEvent('message', {origin: 'https://evil.example', source: parent, data: {messageId: 'x', responseToMessageId, payload}}))
			dispatchEvent(new MessageEvent('message', {origin, source: window, data: {messageId: 'x', responseToMessageId, payload}}))
			dispatchEvent(new MessageEvent('message', {origin, source: parent, data: {messageId: 'x', responseToMessageId: 'another', payload}}))
			dispatchEvent(new MessageEvent('message', {origin, source: parent, data: null}))
		}, 100)
		return true })()`)
	b.click("form[data-scratchpad] .primary")
	b.inFrame("location.pathname.includes('/writes/') && document.querySelector('.tag').textContent === 'unknown'", "the word that nobody knows")
	if text := ask[string](b, "document.querySelector('main').innerText"); strings.Contains(text, "forged") || !strings.Contains(text, "Look there before you file again") {
		t.Errorf("the page says %q", text)
	}
	if n := len(w.record.charges(t, "Encounter/therapy-53")); n != 0 {
		t.Errorf("%d charges stand in the record", n)
	}
	if complaints := b.complaints(); len(complaints) > 0 {
		t.Errorf("the browser complains: %q", complaints)
	}
}

// TestWebMessagingOfAnotherOriginIsLeftOut frames the app by an origin that is not the one of the token response: the
// page is given none, and the log says so.
func TestWebMessagingOfAnotherOriginIsLeftOut(t *testing.T) {
	on := scratchpadEHR
	on.ancestor = func(base string) string { return strings.Replace(base, "127.0.0.1", "localhost", 1) }
	w := on.open(t)
	s := w.open(t, "therapy-53")
	if s.page.status != http.StatusOK || strings.Contains(s.page.raw, "data-messaging") {
		t.Errorf("the page answers %d and may talk to another origin than its frame's", s.page.status)
	}
	if log := w.app.log.String(); !strings.Contains(log, "web messaging left out") || !strings.Contains(log, "not among frame_ancestors") {
		t.Errorf("the log does not say why:\n%s", w.app.log.end(10))
	}
	// Without a window to ask, the lines are entered by hand.
	says(t, s.confirm(t, s.preview(t)), "entered by hand")
}
