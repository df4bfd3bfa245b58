package fhir

import (
	"regexp"
	"slices"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/chargenote/chargenote/coding/screening"
)

type response = item[r4.QuestionnaireResponse]

// forms are the questionnaire responses of the visit that are complete. Those that are not complete
// yet are kept aside.
func (v *reading) forms() []response {
	var list []response
	for _, q := range readAll(v, "QuestionnaireResponse", func(q *r4.QuestionnaireResponse) *r4.Reference { return q.Subject }) {
		yes, said := v.ofVisit(q.Value.Encounter)
		if said && !yes || !said && (!v.patients(q.entry, q.Value.Subject) || !v.onVisitDay(v.authored(q))) {
			continue
		}
		if !completedForm(q.Value.Status) {
			v.note(q.Reference, "not counted: %s", q.Value.Status.Code())
			if q.Value.Status != r4.QuestionnaireResponseStatusEnteredInError {
				v.unfinal.forms = append(v.unfinal.forms, q)
			}
			continue
		}
		list = append(list, q)
	}
	return list
}

func completedForm(status r4.QuestionnaireResponseStatus) bool {
	return status == r4.QuestionnaireResponseStatusCompleted || status == r4.QuestionnaireResponseStatusAmended
}

func (v *reading) authored(q response) DateTime {
	return v.local(v.date(q.entry, "authored", q.Value.Authored))
}

// answered reads forms as the instruments that they name.
func (v *reading) answered(forms []response) []*given {
	var list []*given
	for _, q := range forms {
		found := v.form(q)
		if len(found) > 0 {
			v.use(q.entry, q.lenient)
		}
		list = append(list, found...)
	}
	return list
}

// An answered is one item of a form with what it may stand for. What its answers are worth is known
// once the instrument is.
type answered struct {
	place    string   // its linkId
	codes    []string // LOINC codes of it, known here or not
	meanings []screening.Meaning
	answers  []written
}

// loincCode finds a LOINC code that stands by itself in a linkId: not the digits of an answer code.
var loincCode = regexp.MustCompile(`(?:^|[^0-9A-Za-z])([0-9]{3,6}-[0-9])(?:[^0-9A-Za-z-]|$)`)

// answerLink is the end of a linkId that stands for one answer of an item, as /44250-9/LA6570-1.
var answerLink = regexp.MustCompile(`/(LA[0-9]{1,7}-[0-9])$`)

// form reads a response as the instruments that its questionnaire, its groups and totals, or its
// items name: several where it holds several.
func (v *reading) form(q response) []*given {
	c := v.itemsOf(q)
	found := c.instruments()
	if len(found) == 0 && c.foreign() {
		v.note(q.Reference, "not counted: beside items of an instrument it holds others, and nothing names it")
		v.unfinal.forms = append(v.unfinal.forms, q)
		return nil
	}
	return v.givenIn(q, c, append(found, c.byItems(found)...))
}

// itemsOf reads the items of a form.
func (v *reading) itemsOf(q response) *formItems {
	c := &formItems{reading: v, sheet: v.sheetOf(q), named: v.namedForm(text(q.Value.Questionnaire))}
	c.collect(q.Value.Item)
	return c
}

// givenIn reads the items of a form as the instruments that were found in it.
func (v *reading) givenIn(q response, c *formItems, found []instrument) []*given {
	var list []*given
	for _, i := range found {
		g := newGiven(i, v.authored(q), q.Reference)
		g.panel = true
		g.hands = v.handsOfForm(q)
		for _, a := range c.items {
			v.formItem(g, a, i == c.named || len(found) == 1)
		}
		list = append(list, g)
	}
	return list
}

func (v *reading) handsOfForm(q response) []string {
	var makers []r4.Reference
	for _, reference := range []*r4.Reference{q.Value.Author, q.Value.Source} {
		if reference != nil {
			makers = append(makers, *reference)
		}
	}
	return v.handsOf(q.entry, makers...)
}

// formItem takes one item of a form into a result. Where the form is of one instrument, an item
// without a code may be called by its number.
func (v *reading) formItem(g *given, a answered, byNumber bool) {
	role, number := roleIn(g.instrument, a.meanings)
	if role == 0 && len(a.codes) == 0 && byNumber {
		if item, ok := g.instrument.ItemCalled(a.place); ok {
			role, number = screening.Item, item
		}
	}
	switch role {
	case screening.Item:
		if len(a.answers) == 0 {
			g.answer(g.sources[0], number, reply{})
		}
		for _, answer := range a.answers {
			g.answer(g.sources[0], number, itemReply(g.instrument, number, answer))
		}
	case screening.Total:
		for _, answer := range a.answers {
			g.state(v.totalOf(g.sources[0], g.instrument, answer))
		}
	}
}

// formItems are the items of one form, those within items and answers too, in their order.
type formItems struct {
	*reading
	sheet  sheet
	named  instrument // what the questionnaire is called; nil where that names none
	items  []answered
	groups []screening.Meaning // what groups stand for, in their order
}

func (c *formItems) collect(items []r4.QuestionnaireResponseItem) {
	for _, item := range items {
		a := c.meant(item)
		for n := range item.Answer {
			a.answers = append(a.answers, answerValue(&item.Answer[n], c.sheet.worth(item.LinkId)))
			c.collect(item.Answer[n].Item)
		}
		switch {
		case len(item.Answer) > 0 || len(item.Item) == 0:
			if a, ok := asAnswer(a); ok {
				c.items = append(c.items, a)
			}
		default:
			c.groups = append(c.groups, a.meanings...)
		}
		c.collect(item.Item)
	}
}

// meant says what an item may stand for: by the codes of its questionnaire, its linkId or its
// definition, else by the map of the site with one of these, or with its text.
func (c *formItems) meant(item r4.QuestionnaireResponseItem) answered {
	a := answered{place: item.LinkId}
	concept := c.sheet.concept(item.LinkId)
	a.codes = codesOf(&concept, loincSystem)
	for _, place := range []string{item.LinkId, text(item.Definition)} {
		if found := loincCode.FindAllStringSubmatch(strings.ReplaceAll(place, "/", "//"), -1); len(a.codes) == 0 && len(found) > 0 {
			a.codes = []string{found[len(found)-1][1]}
		}
	}
	if a.meanings = loincMeanings(a.codes); len(a.meanings) > 0 {
		return a
	}
	for _, words := range []*string{&item.LinkId, item.Text} {
		if len(a.meanings) == 0 {
			a.meanings = c.meanings(&r4.CodeableConcept{Coding: concept.Coding, Text: words})
		}
	}
	return a
}

// asAnswer reads an item whose linkId is that of one answer: yes is that answer, and no says nothing.
func asAnswer(a answered) (answered, bool) {
	link := answerLink.FindStringSubmatch(a.place)
	if link == nil || len(a.answers) != 1 || a.answers[0].truth == nil {
		return a, link == nil || len(a.answers) > 0
	}
	loinc := loincSystem
	yes := *a.answers[0].truth
	a.answers = []written{{coded: true, codings: []r4.Coding{{System: &loinc, Code: &link[1]}}}}
	return a, yes
}

// instruments are those that stand there as a whole: the one that the form is named after, and those
// of which a group or a total stands in it.
func (c *formItems) instruments() []instrument {
	var found []instrument
	add := func(i instrument) {
		if i != nil && !slices.Contains(found, i) {
			found = append(found, i)
		}
	}
	add(c.named)
	for _, m := range c.groups {
		if m.Role == screening.Panel || m.Role == screening.Total {
			add(m.Instrument)
		}
	}
	for _, a := range c.items {
		i, _, _ := formOf(a.meanings)
		add(i)
	}
	return found
}

// foreign reports whether a code stands in the form that is of no instrument.
func (c *formItems) foreign() bool {
	items := slices.ContainsFunc(c.items, func(a answered) bool { return isItem(a.meanings) })
	return items && slices.ContainsFunc(c.items, func(a answered) bool { return len(a.codes) > 0 && len(a.meanings) == 0 })
}

// byItems are the instruments of the items that none of those found holds: for each group of them the
// smallest that holds all.
func (c *formItems) byItems(found []instrument) []instrument {
	var groups [][][]screening.Meaning
	for _, a := range c.items {
		if !isItem(a.meanings) || slices.ContainsFunc(found, func(i instrument) bool { role, _ := roleIn(i, a.meanings); return role != 0 }) {
			continue
		}
		at := slices.IndexFunc(groups, func(g [][]screening.Meaning) bool {
			_, ok := smallest(append(slices.Clone(g), a.meanings))
			return ok
		})
		if at < 0 {
			groups = append(groups, nil)
			at = len(groups) - 1
		}
		groups[at] = append(groups[at], a.meanings)
	}
	var more []instrument
	for _, g := range groups {
		if i, ok := smallest(g); ok && !slices.Contains(more, i) {
			more = append(more, i)
		}
	}
	return more
}

// namedForm reads the canonical URL of a questionnaire: one that the site names, the LOINC code of a
// panel, or the name of an instrument as a word of its last part.
func (v *reading) namedForm(url string) instrument {
	url, _, _ = strings.Cut(url, "|")
	if m, ok := v.options.Instruments[url]; ok && url != "" {
		return m.Instrument
	}
	last := strings.ToLower(url[strings.LastIndexByte(url, '/')+1:])
	for _, i := range instruments().All() {
		for _, panel := range i.LOINC.Panels {
			if _, _, ok := i.RoleOf(panel.Code); ok && strings.HasSuffix(last, panel.Code) {
				return i
			}
		}
	}
	i, _ := instruments().ByName(last)
	return i
}
