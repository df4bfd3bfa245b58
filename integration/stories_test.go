package integration

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A tale is the way of one clinician through one made-up visit, from the worklist to a note without
// the gap that the app named, with what each page has to say on the way.
type tale struct {
	article   string
	encounter string
	on        string // personality of the EHR; empty: the general one

	shows   []string // what the page of the visit says, and the look-for line of the worklist promises
	offered []string // lines as they stand, with their units; none: nothing stands before a question is answered
	answers []reply  // to open questions
	then    []string // lines after the answers
	option  string   // what is taken of a choice, in words that it begins with
	pick    string   // a code that is picked over what is suggested
	tick    []string // lines that are not ticked by themselves, and are ticked, by code

	state   string   // of the filing
	reasons []string // what the receipt says beside it
	filed   []string // charges as the record then holds them

	gap         string // heading of a gap that the page names
	write, over string // what is written into the note, and the words that it replaces; see changed
}

// A reply answers a question: with a value of its buttons, or typed.
type reply struct{ question, value string }

// tales are of all five source articles: a lower code than the one that is near, a deleted code, a family, a
// copied note, testing and its question, a screening trigger, cognitive units, timed rehabilitation with
// and without a choice, a claim that disagrees with its note, an answered conflict, and an EHR that takes
// no charge.
var tales = []tale{
	{
		article: "mdhub", encounter: "therapy-52",
		shows:   []string{"52 min, within 38 to 52", "1 min to 90837", "14 min above the line, under it 90832"},
		offered: []string{"90834 1 unit"},
		state:   "filed", filed: []string{"90834 [] x1"},
		gap: "CPT code named in the note", write: "Total time: 52 minutes of face-to-face individual psychotherapy. CPT 90834.", over: "Total time: 52 minutes of face-to-face individual psychotherapy.",
	},
	{
		article: "mdhub", encounter: "therapy-90",
		shows:   []string{"90 min: 90837 is one unit however long, and no prolonged code holds on 2026-11-17", "99354 not in force", "Ended with 2022-12-31; no code replaces it"},
		offered: []string{"90837 1 unit"}, tick: []string{"90837"},
		state: "filed", filed: []string{"90837 [] x1"},
		gap: "Clinical reason for the extended duration", over: "Session ran long.",
		write: "The extended session was clinically required because the exposure had to be completed before she left: she dissociated twice and had to be grounded.",
	},
	{
		article: "mdhub", encounter: "family-with-patient",
		shows:   []string{"50 min, 26 or more", "24 min above the line, under it no 90847"},
		offered: []string{"90847 1 unit"},
		state:   "filed", filed: []string{"90847 [] x1"},
		gap: "CPT code named in the note", write: "50 minutes of family psychotherapy with the patient present, CPT 90847.", over: "50 minutes of family psychotherapy with the patient present.",
	},
	{
		article: "mdhub", encounter: "copied-forward",
		shows:   []string{"100% of the text stands in the same clinician's note of November 13, 2026. Only numbers and dates are new."},
		offered: []string{"90834 1 unit"}, tick: []string{"90834"},
		state: "filed", filed: []string{"90834 [] x1"},
		gap: "Text is particular to this date", over: copiedBlock,
		write: `Data: Came in laughing about the school fair: sold forty cakes with her niece on Sunday and slept through four nights.
Cooked twice; the telephone is answered again. Neat, talkative; speech normal; mood "lighter", affect full; thought process linear. Denies suicidal ideation, self-harm and thoughts of harming others; risk low.
Intervention: Behavioral activation. Reviewed the fair hour by hour for what had made it possible, and rehearsed saying no to a double shift.
Response: She wrote the sentence "I do not need to earn my Sunday" and rated it 60.
Assessment: Major depressive disorder, recurrent, moderate (F33.1), as evidenced by low mood on two days and early fatigue; symptoms are improving. Treatment is medically necessary because fatigue interferes with the late shift once a week.`,
	},
	{
		article: "SessionGlance", encounter: "testing-31",
		shows:   []string{"31 min", "Whether standardized tests were interpreted is not known"},
		answers: []reply{{"tests-count", "3"}}, then: []string{"96130 1 unit"},
		state: "filed", filed: []string{"96130 [] x1"},
		gap: "CPT code named in the note", write: "Total time: 31 minutes of testing evaluation services, CPT 96130.", over: "Total time: 31 minutes of testing evaluation services.",
	},
	{
		article: "SessionGlance", encounter: "phq9-item-9",
		shows:   []string{"PHQ-9: item 9 is 1. Ask about suicide the same day.", "Bundled into 90834 on one day"},
		offered: []string{"90834 1 unit", "96127 2 units"}, tick: []string{"96127"},
		state: "filed", filed: []string{"90834 [] x1", "96127 [] x2"},
		gap: "Risk statement for today", write: "Denies suicidal ideation, plan and intent; risk assessed as low.\nIntervention: CBT:", over: "Intervention: CBT:",
	},
	{
		article: "Yung Sidekick", encounter: "not-ready-for-audit",
		shows:   []string{"30 min, the unit begins at 8", "30 min, the unit begins at 23", "No vague wording in place of findings"},
		offered: []string{"97129 1 unit", "97130 1 unit"}, tick: []string{"97129", "97130"},
		state: "filed", filed: []string{"97129 [GO] x1", "97130 [GO] x1"},
		gap: "Why a skilled therapist was needed", write: "Skilled intervention was required to grade the tasks and to analyse errors of sequence.\nContinue POC.", over: "Continue POC.",
	},
	{
		article: "WebPT", encounter: "rehab-hour",
		shows:   []string{"60 min", "7 min of 60 timed minutes in all, which are 4 units", "97530 not met"},
		offered: []string{"97110 2 units", "97112 1 unit", "97140 1 unit"},
		state:   "filed", filed: []string{"97110 [GP] x2", "97112 [GP] x1", "97140 [GP] x1"},
		gap: "Questions of patient or caregiver answered", write: "P: Asked about kneeling in church; questions answered. Twice a week;", over: "P: Twice a week;",
	},
	{
		article: "WebPT", encounter: "rehab-tie",
		shows:  []string{"Equal remainders: the clinician chooses", "97110 GP, 2 units and 97112 GP, 1 unit", "97112 GP, 2 units and 97110 GP, 1 unit"},
		option: "97112",
		state:  "filed", filed: []string{"97110 [GP] x1", "97112 [GP] x2"},
		gap: "Plan of care, certification, progress report due", write: "Visit 5 of 12; plan of care certified through 12/31/2026. P: Twice weekly", over: "P: Twice weekly",
	},
	{
		article: "Headway", encounter: "times-disagree",
		shows:   []string{"Minutes not known", "How many minutes of psychotherapy were there?"},
		answers: []reply{{"minutes:psychotherapy", "45"}}, then: []string{"90834 1 unit"},
		state: "filed", filed: []string{"90834 [] x1"},
		gap: "Start and stop time of the session", write: "Session 9:00 AM to 9:45 AM. Total time: 45 minutes", over: "Total time: 45 minutes",
	},
	{
		article: "Headway", encounter: "another-diagnosis",
		shows:   []string{"45 min", "the record says F41.1, the note says F33.1"},
		offered: []string{"90834 1 unit"}, pick: "90832",
		state: "filed", filed: []string{"90832 [] x1"},
		gap: "Reason for this session", write: "Data: Percival came because his manager wrote to him about the missed shifts. He has stayed", over: "Data: Percival has stayed",
	},
	{
		article: "mdhub", encounter: "crisis-80", on: "read-only",
		shows:   []string{"80 min, the unit begins at 30", "80 min, the unit begins at 75"},
		offered: []string{"90839 1 unit", "90840 1 unit"},
		state:   "entered by hand", reasons: []string{"Nothing was sent"},
		gap: "CPT code named in the note", write: "Crisis session, CPT 90839 and 90840,", over: "Crisis session",
	},
}

// copiedBlock is what of the copied note tells of the day, from one word to another.
const copiedBlock = "Data: … Goal 1"

// TestBrowserStories walks each tale in a tab of its own, in a real browser on the demo.
func TestBrowserStories(t *testing.T) {
	demo := startDemo(t)
	b := startBrowser(t)
	told := map[string]bool{}
	for _, tale := range tales {
		told[tale.article] = true
		t.Run(tale.encounter, func(t *testing.T) {
			t.Parallel()
			j := &telling{browser: b.tab(t), tale: tale, ehr: demo}
			if tale.on != "" {
				j.ehr += "/as/" + tale.on
			}
			j.size(1280, 900)
			j.openFromWorklist()
			j.seen()
			j.answered()
			j.chosen()
			j.previewed()
			j.received()
			j.recorded()
			j.noteMended()
		})
	}
	if len(told) != 5 || len(tales) < 10 {
		t.Errorf("%d tales of %d articles, want at least ten of all five", len(tales), len(told))
	}
}

// A telling is a tale on its way.
type telling struct {
	*browser
	tale
	ehr     string // address of the EHR, without a slash at its end
	patient string // the name as the chart says it
}

func (j *telling) openFromWorklist() {
	j.Helper()
	j.goTo(j.ehr + "/")
	link := fmt.Sprintf("main section[aria-labelledby] ol a[href$='/chart/%s']", j.encounter)
	of := j.text(fmt.Sprintf("document.querySelector(%q)?.closest('section').querySelector('h2').textContent", link))
	if of != j.article {
		j.Fatalf("the worklist lists the visit under %q, want %q", of, j.article)
	}
	if lookFor := j.text(fmt.Sprintf("document.querySelector(%q).closest('li').querySelector('.look-for').textContent", link)); len(lookFor) < 40 {
		j.Errorf("the worklist says %q of what to look for", lookFor)
	}
	j.clickOnPage(link)
	j.onPage("location.pathname.endsWith('/chart/"+j.encounter+"')", "the chart")
	j.inFrame("document.querySelector('main h1') !== null && document.readyState === 'complete'", "the app in the frame")
	j.patient = j.text("document.querySelector('header h1').textContent")
}

// seen compares the first page with what the story promises.
func (j *telling) seen() {
	j.Helper()
	j.says(j.shows...)
	if got := j.lines(); !slices.Equal(got, j.offered) {
		j.Errorf("the page offers %q, want %q", got, j.offered)
	}
	if !j.hasGap() {
		j.Errorf("the page names the gaps %q, want among them %q", j.gaps(), j.gap)
	}
}

func (j *telling) answered() {
	j.Helper()
	for i, a := range j.answers {
		form := fmt.Sprintf(`form.ask:has(input[name=question][value="%s"])`, a.question)
		if ask[bool](j.browser, fmt.Sprintf("document.querySelector(%q) !== null", form+" input[type=number]")) {
			ask[string](j.browser, fmt.Sprintf("document.querySelector(%q).value = %q", form+" input[type=number]", a.value))
			j.click(form + " button")
		} else {
			j.click(fmt.Sprintf("%s button[value=%q]", form, a.value))
		}
		j.inFrame(fmt.Sprintf("document.readyState === 'complete' && document.querySelectorAll('form.said[action$=\"/facts\"] li').length === %d", i+1), "the answer on the page")
	}
	if len(j.answers) == 0 {
		return
	}
	j.says("You said:")
	if got := j.lines(); !slices.Equal(got, j.then) {
		j.Errorf("after the answer the page offers %q, want %q", got, j.then)
	}
}

func (j *telling) chosen() {
	j.Helper()
	if j.option != "" {
		ask[bool](j.browser, fmt.Sprintf(`(() => {
			if (document.querySelector('.choice input[type=radio]:checked:not([value=""])')) throw new Error('one is taken already')
			const label = [...document.querySelectorAll('.choice label')].find(l => l.textContent.trim().startsWith(%q))
			label.dataset.tests = 'option'; return true })()`, j.option))
		j.click("[data-tests=option]")
	}
	for _, code := range j.tick {
		ask[bool](j.browser, fmt.Sprintf(`(() => {
			const label = [...document.querySelectorAll('.lines .pick label')].find(l => l.querySelector('.code').textContent === %q)
			if (label.control.checked) throw new Error('it is ticked already')
			document.querySelectorAll('[data-tests=line]').forEach(e => delete e.dataset.tests)
			label.dataset.tests = 'line'; return true })()`, code))
		j.click("[data-tests=line]")
	}
	if j.pick == "" {
		return
	}
	j.click("a[href$='/codes']")
	field := fmt.Sprintf("form:has(input[name=code][value='%s'])", j.pick)
	j.inFrame(fmt.Sprintf("document.querySelector(%q) !== null", field), "the code among the usual ones")
	j.says("The rules suggest " + strings.Fields(j.offered[0])[0])
	j.click(field + " button.tap")
	j.inFrame("document.querySelector('form.said[action$=\"/pick\"]') !== null && document.readyState === 'complete'", "the visit with what was picked")
	j.says("You picked: " + j.pick)
}

func (j *telling) previewed() {
	j.Helper()
	j.click("form[action$='/preview'] button.primary")
	j.inFrame("document.querySelector(\"form[action$='/confirm']\") !== null", "the preview")
	if button := ask[string](j.browser, "document.querySelector(\"form[action$='/confirm'] button.primary\").textContent"); !strings.Contains(button, j.patient) {
		j.Errorf("the button says %q and does not name %s", button, j.patient)
	}
	if n := len(j.charts("ChargeItem")); n != 0 {
		j.Errorf("%d charges stand in the chart before the filing was confirmed", n)
	}
}

// received confirms and reads the receipt.
func (j *telling) received() {
	j.Helper()
	j.click("form[action$='/confirm'] button.primary")
	r := j.settled()
	if r.State != j.state {
		j.Fatalf("the filing is %q, want %q: %s", r.State, j.state, r.Text)
	}
	for _, reason := range j.reasons {
		if !strings.Contains(r.Text, reason) {
			j.Errorf("the receipt does not say %q: %s", reason, r.Text)
		}
	}
	if j.state != "filed" {
		return
	}
	if len(r.Checks) < len(j.filed)+2 { // charges, gap note, provenance
		j.Errorf("the receipt names %q, want %d charges, the gap note and who confirmed", r.Checks, len(j.filed))
	}
	for _, check := range r.Checks {
		if !strings.HasSuffix(check, "| filed Mark entered in error | read back and the same") && !strings.HasSuffix(check, "| filed | read back and the same") {
			j.Errorf("the receipt says %q", check)
		}
	}
}

// recorded compares the resources of the chart with the tale.
func (j *telling) recorded() {
	j.Helper()
	j.goTo(j.ehr + "/chart/" + j.encounter)
	var charges []chargeItem
	targets := map[string]bool{}
	for _, raw := range j.charts("ChargeItem") {
		c := decoded[chargeItem](j.T, []byte(raw))
		if c.Status != "planned" || !c.Context.isTo("Encounter/"+j.encounter) || !strings.Contains(c.Enterer.Reference, "Practitioner/") || len(c.DefinitionCanonical) == 0 {
			j.Errorf("the charge is %s at %s, entered by %s, after %v", c.Status, c.Context.Reference, c.Enterer.Reference, c.DefinitionCanonical)
		}
		charges, targets["ChargeItem/"+c.ID] = append(charges, c), true
	}
	if got := chargedLines(charges); !slices.Equal(got, j.filed) {
		j.Errorf("the chart holds the charges %q, want %q", got, j.filed)
	}
	notes := j.charts("DocumentReference")
	if j.state == "filed" && len(notes) != 1 {
		j.Errorf("the chart holds %d gap notes, want one", len(notes))
	}
	for _, raw := range notes {
		d := decoded[documentReference](j.T, []byte(raw))
		targets["DocumentReference/"+d.ID] = true
		if len(d.Content) != 1 || !strings.Contains(string(d.Content[0].Attachment.Data), j.gap) {
			j.Errorf("the gap note of the chart does not name %q", j.gap)
		}
	}
	for _, raw := range j.charts("Provenance") {
		for _, target := range decoded[provenance](j.T, []byte(raw)).Target {
			for each := range targets {
				if target.isTo(each) {
					delete(targets, each)
				}
			}
		}
	}
	if len(targets) > 0 {
		j.Errorf("nothing in the chart says who filed %v", targets)
	}
}

// noteVersion is which version of the note the chart shows.
const noteVersion = "document.querySelector('form[action$=\"/note\"] input[name=version]').value"

// noteMended writes what was missing into the note, saves it, and finds the gap gone where the app is
// opened again.
func (j *telling) noteMended() {
	j.Helper()
	j.inFrame("document.querySelector('#gaps') !== null", "the app, opened again")
	if !j.hasGap() {
		j.Errorf("after filing the page names the gaps %q, want still %q", j.gaps(), j.gap)
	}
	note, version := j.text("document.querySelector('#note').value"), j.text(noteVersion)
	run(j.browser, evaluateOnPage(fmt.Sprintf("(() => { const note = document.querySelector('#note'); note.focus(); note.value = %q })()", j.changed(note))))
	j.clickOnPage("form[action$='/note'] button")
	j.onPage(fmt.Sprintf("document.readyState === 'complete' && %s !== %q && document.querySelector('#note').value.includes(%q)", noteVersion, version, strings.Split(j.write, "\n")[0]), "the saved note")
	j.inFrame("document.querySelector('#gaps') !== null", "the app, opened with the note as it is now")
	if j.hasGap() {
		j.Errorf("after the note was mended the page names still %q among %q", j.gap, j.gaps())
	}
}
