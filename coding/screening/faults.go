package screening

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/chargenote/chargenote/internal/effective"
)

// A fault is something wrong with a file that decoded well, under the keys where it stands.
type fault struct {
	keys    []string
	problem string
}

// longestAbout is the most characters of the short description, as of every label of ours.
const longestAbout = 60

// activities are what giving an instrument can be.
var activities = []string{"screening", "cognitive-screen", "health-risk-assessment-patient", "health-risk-assessment-caregiver"}

var (
	loincForm  = regexp.MustCompile(`^[0-9]{1,7}-[0-9]$`)
	answerForm = regexp.MustCompile(`^LA[0-9]{1,7}-[0-9]$`)
	codeForm   = regexp.MustCompile(`^[0-9]{5}$|^[A-Z][0-9]{4}$`)
)

// faults lists what is wrong with an instrument that decoded well.
func (i *Instrument) faults(file string) []fault {
	var all []fault
	add := func(problem string, keys ...string) { all = append(all, fault{keys, problem}) }
	i.headFaults(file, add)
	i.codeFaults(add)
	i.itemFaults(add)
	i.directionFaults(add)
	i.bandFaults(add)
	i.subscaleFaults(add)
	i.triggerFaults(add)
	i.claimFaults(add)
	if k := i.kind(); k == nil {
		add(fmt.Sprintf("the kind %q is not one of %s", i.Kind, strings.Join(effective.SortedKeys(kinds), ", ")), "kind")
	} else {
		k.faults(i, add)
	}
	return all
}

func (i *Instrument) headFaults(file string, add func(string, ...string)) {
	if i.ID != file {
		add(fmt.Sprintf("the id %q is not the file name %q", i.ID, file), "id")
	}
	if i.Name == "" {
		add("an instrument needs a name", "name")
	}
	if n := utf8.RuneCountInString(i.About); n == 0 || n > longestAbout {
		add(fmt.Sprintf("about has %d characters, give 1 to %d of our own words", n, longestAbout), "about")
	}
	if !slices.Contains(activities, i.Activity) {
		add(fmt.Sprintf("the activity %q is not one of %s", i.Activity, strings.Join(activities, ", ")), "activity")
	}
	if i.Checked.IsZero() {
		add("an instrument needs the day on which a person last compared it with its sources", "checked")
	}
	if len(i.Reference) == 0 {
		add("an instrument needs a reference", "reference")
	}
	for _, r := range i.Reference {
		if problem := r.Fault(); problem != "" {
			add(problem, "reference")
		}
	}
	if !slices.Contains([]string{"yes", "no", "ask"}, i.Licence.Show) || i.Licence.Why == "" {
		add(fmt.Sprintf("the licence says %q, give yes, no or ask, and why", i.Licence.Show), "licence")
	}
	checkMark(i.Licence.Mark, add, "licence")
}

// codeFaults checks LOINC codes: their form, their check digit, and that each has one meaning.
func (i *Instrument) codeFaults(add func(string, ...string)) {
	seen := map[string]bool{}
	check := func(code string, sure Sure) {
		switch {
		case !loincForm.MatchString(code) || !checkDigit(code):
			add(fmt.Sprintf("%q is no LOINC code", code), "loinc")
		case seen[code]:
			add(fmt.Sprintf("%s is listed twice", code), "loinc")
		case sure != Verified && sure != Known && sure != Unsure:
			add(fmt.Sprintf("%s is sure %q, not one of v, k, U", code, sure), "loinc")
		}
		seen[code] = true
	}
	for _, c := range slices.Concat(i.LOINC.Panels, i.LOINC.Totals) {
		check(c.Code, c.Sure)
	}
	for n, c := range i.LOINC.Items {
		check(c.Code, c.Sure)
		if c.Item != n+1 || c.Item > i.Items.Count {
			add(fmt.Sprintf("%s is item %d in place %d of %d", c.Code, c.Item, n+1, i.Items.Count), "loinc")
		}
	}
	if n := len(i.LOINC.Items); n > 0 && n != i.Items.Count {
		add(fmt.Sprintf("%d of %d items have a code, list all or none", n, i.Items.Count), "loinc")
	}
	for _, c := range slices.Concat(i.LOINC.Unscored, i.LOINC.Not) {
		check(c.Code, Verified)
		if c.Is == "" {
			add(fmt.Sprintf("say what %s is", c.Code), "loinc")
		}
	}
	i.answerFaults(add)
}

func (i *Instrument) answerFaults(add func(string, ...string)) {
	seen := map[string]bool{}
	for _, a := range i.Answers {
		switch {
		case !answerForm.MatchString(a.Code):
			add(fmt.Sprintf("%q is no LOINC answer", a.Code), "answers")
		case seen[a.Code]:
			add(fmt.Sprintf("%s is listed twice", a.Code), "answers")
		case a.Sure != Verified && a.Sure != Known && a.Sure != Unsure:
			add(fmt.Sprintf("%s is sure %q, not one of v, k, U", a.Code, a.Sure), "answers")
		case !i.anyAllows(a.Value):
			add(fmt.Sprintf("no item takes the value %d of %s", a.Value, a.Code), "answers")
		}
		seen[a.Code] = true
	}
}

func (i *Instrument) anyAllows(value int) bool {
	for item := 1; item <= i.Items.Count; item++ {
		if i.Allows(item, value) {
			return true
		}
	}
	return false
}

// checkDigit reports whether the last digit follows from the others, by the mod 10 method of LOINC.
func checkDigit(code string) bool {
	body, digit, _ := strings.Cut(code, "-")
	sum := 0
	for n := range len(body) {
		d := int(body[len(body)-1-n] - '0')
		if n%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return fmt.Sprint((10-sum%10)%10) == digit
}

func (i *Instrument) itemFaults(add func(string, ...string)) {
	if len(i.Range) != 0 && (len(i.Range) != 2 || i.Range[0] >= i.Range[1]) {
		add("range must be the lowest and the highest total, such as [0, 27]", "range")
	}
	if i.Items.Count < 0 || i.Items.Count > 0 && i.Items.Most < 1 || i.Items.YesNo && i.Items.Most != 1 {
		add("items need their count and the highest answer, which is 1 for yes and no", "items")
	}
	if n := len(i.Items.OrElse); n != 0 && n != 2 {
		add("orElse must be the lowest and the highest answer of the other scale, such as [1, 5]", "items")
	}
	if len(i.Items.Reversed) > 0 && !i.Items.YesNo {
		add("only yes and no can be reversed", "items")
	}
	i.checkItems(i.Items.Reversed, add, "items")
	for _, d := range i.Items.Differ {
		i.checkItems(d.Items, add, "items")
	}
	for _, b := range i.Asked {
		i.checkItems(b.Items, add, "asked")
		if b.Positives == 0 && (b.OnlyIf < 1 || b.OnlyIf > i.Items.Count || b.From < 1) {
			add("a branch needs the item that it depends on and the answer from which it is asked", "asked")
		}
	}
	if p := i.Prorate; p != nil {
		if p.As != asZero && p.As != asMean || p.UpTo < 1 || p.UpTo >= i.Items.Count || p.Source == "" {
			add("prorate needs how many items may be missing, zero or mean, and who says so", "prorate")
		}
		checkMark(p.Mark, add, "prorate")
	}
}

// checkItems refuses numbers that are no item.
func (i *Instrument) checkItems(items []int, add func(string, ...string), key string) {
	for _, item := range items {
		if item < 1 || item > i.Items.Count {
			add(fmt.Sprintf("there is no item %d among %d", item, i.Items.Count), key)
		}
	}
}

func itemsFault(least, most int, r []int) string {
	return fmt.Sprintf("the items make %d to %d, and the range says %d to %d", least, most, r[0], r[1])
}

// bandFaults checks that each variant begins at the lowest total and goes upwards within the range.
func (i *Instrument) bandFaults(add func(string, ...string)) {
	for _, b := range i.Bands {
		checkMark(b.Mark, add, "bands")
		if len(i.Range) != 2 || len(b.Words) == 0 {
			add("bands need words, and the range that they cover", "bands")
			continue
		}
		if b.Words[0].From != i.Range[0] {
			add(fmt.Sprintf("the bands begin at %d, and the range at %d", b.Words[0].From, i.Range[0]), "bands")
		}
		for n, w := range b.Words {
			if n > 0 && w.From <= b.Words[n-1].From || w.From > i.Range[1] {
				add(fmt.Sprintf("the band %q from %d is out of order, or outside of %d to %d", w.Word, w.From, i.Range[0], i.Range[1]), "bands")
			}
		}
		if !slices.ContainsFunc(b.Words, func(w Word) bool { return w.Word != "" }) {
			add("bands need a word at least for one of them", "bands")
		}
		if b.When == (When{}) && len(i.Bands) > 1 {
			add("bands with and without a condition stand together", "bands")
		}
		if s := b.When.Sex; s != "" && s != "male" && s != "female" {
			add(fmt.Sprintf("the sex %q is not one of male, female", s), "bands")
		}
	}
}

func (i *Instrument) directionFaults(add func(string, ...string)) {
	switch {
	case !i.HasTotal() && i.Worse != "":
		add("worse belongs to a total, and there is none", "worse")
	case i.HasTotal() && i.Worse != WorseHigher && i.Worse != WorseLower:
		add(fmt.Sprintf("worse is %q, say which totals are the worse ones: higher or lower", i.Worse), "worse", "range")
	}
}

func (i *Instrument) triggerFaults(add func(string, ...string)) {
	for _, t := range i.Triggers {
		checkMark(t.Mark, add, "triggers")
		i.checkItems(t.Items, add, "triggers")
		switch {
		case len(t.Items) > 0 == (t.Total > 0) && t.Said == "":
			add("a trigger is of items or of the total", "triggers")
		case len(t.Items) > 0 && !slices.ContainsFunc(t.Items, func(item int) bool { return i.Allows(item, t.From) }):
			add(fmt.Sprintf("no item of a trigger takes the answer %d", t.From), "triggers")
		case t.Total > 0 && !i.InRange(t.Total):
			add(fmt.Sprintf("the trigger at a total of %d is outside of the range", t.Total), "triggers")
		}
	}
}

// claimFaults checks what is said of codes and of change.
func (i *Instrument) claimFaults(add func(string, ...string)) {
	if c := i.Change; c != nil {
		if c.Points < 1 || c.Source == "" {
			add("a meaningful change needs its points and who says so", "change")
		}
		checkMark(c.Mark, add, "change")
	}
	for _, s := range i.Supports {
		if !codeForm.MatchString(s.Code) || s.When == "" {
			add(fmt.Sprintf("%q is no CPT or HCPCS code with when it is supported", s.Code), "supports")
		}
		if (len(s.PatientIs) > 0) != (s.Activity != "") {
			add("patientIs and activity stand together: for whom it is answered, and as what it is coded then", "supports")
		}
		checkMark(s.Mark, add, "supports")
	}
	for _, b := range i.Bundled {
		if b.Into == "" || b.Code != "" && !codeForm.MatchString(b.Code) {
			add(fmt.Sprintf("%q is bundled into %q: give a code and the service", b.Code, b.Into), "bundled")
		}
		checkMark(b.Mark, add, "bundled")
	}
}

func checkMark(mark effective.Mark, add func(string, ...string), key string) {
	if !slices.Contains([]effective.Mark{effective.MarkA, effective.MarkB, effective.MarkC, effective.MarkU}, mark) {
		add(fmt.Sprintf("the mark %q is not one of A, B, C, U", mark), key)
	}
}
