package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/smart"
)

// An answer is a clinician's reply to a question of this launch, as the page shows it.
type answer struct {
	review.Reply
	Asked string // the question, as it was put
	Words string // the reply, as it was offered
}

// A said is an answer that was laid over the record, or why it was not.
type said struct {
	answer
	Unused string
}

const maxAnswers = 100 // of one launch; a visit asks a dozen questions at most

// answer keeps a reply in the place of an earlier one to the same question. What was previewed
// rests on other facts now and cannot be confirmed any more.
func (s *session) answer(a answer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.answers, func(have answer) bool { return have.Question == a.Question })
	switch {
	case i >= 0:
		s.answers[i] = a
	case len(s.answers) >= maxAnswers:
		return errTooManyAnswers
	default:
		s.answers = append(s.answers, a)
	}
	s.reviewed = nil
	return nil
}

// takeBack forgets the reply to a question.
func (s *session) takeBack(question string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = slices.DeleteFunc(s.answers, func(a answer) bool { return a.Question == question })
	s.reviewed = nil
}

// answered is the replies of the launch, in the order in which they were given first.
func (s *session) answered() []answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.answers)
}

// facts takes the clinician's answer to an open question, or takes one back, and shows the visit
// as it stands then.
func (s *Server) facts(w http.ResponseWriter, r *http.Request, o open) {
	if err := readForm(r); err != nil {
		s.fail(w, r, err)
		return
	}
	switch {
	case o.encounter() == "":
		s.fail(w, r, errNotChosen)
		return
	case o.launch.User == "":
		s.fail(w, r, review.ErrNoUser)
		return
	}
	if question := r.PostForm.Get("undo"); question != "" {
		o.session.takeBack(question)
		seeOther(w, visitPath(o.launch.ID)+"#suggestions")
		return
	}
	_, reviewed, answers, err := s.read(r.Context(), o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	reply := review.Reply{Question: r.PostForm.Get("question"), Value: strings.TrimSpace(r.PostForm.Get("value")),
		User: o.launch.User, At: s.options.Now()}
	given, err := s.answerTo(reviewed, o.ledger(reviewed.Visit()), answers, reply)
	if err == nil {
		err = o.session.answer(given)
	}
	var known *failure
	switch {
	case errors.As(err, &known):
		s.fail(w, r, err)
	case err != nil:
		s.showReview(w, r, o, reviewed, answers, &notTaken{What: "Your answer was not taken.", Why: sentence(err.Error())})
	default:
		seeOther(w, visitPath(o.launch.ID)+"#suggestions")
	}
}

// answerTo is a reply in the words of the page, where the review asks its question and can take it.
// An answer that was given before is weighed on what stood before it.
func (s *Server) answerTo(reviewed *review.Review, ledger review.Ledger, answers []said, reply review.Reply) (answer, error) {
	var before []review.Reply
	asked := ""
	for _, a := range answers {
		if a.Question == reply.Question {
			asked = a.Asked
			continue
		}
		before = append(before, a.Reply)
	}
	if asked != "" {
		var err error
		if reviewed, _, err = s.options.Reviews.AnsweredWith(reviewed.Visit(), ledger, before...); err != nil {
			return answer{}, err
		}
	}
	i := slices.IndexFunc(reviewed.Coding.Questions, func(q coding.Question) bool { return q.ID == reply.Question })
	if i < 0 {
		return answer{}, errors.New("this question is not open any more")
	}
	question := reviewed.Coding.Questions[i]
	form, ok := review.Answerable(question)
	if !ok {
		return answer{}, errors.New("this question is answered in the chart")
	}
	kept, err := review.Kept(reviewed, reply)
	if err != nil {
		return answer{}, err
	}
	return answer{kept, question.Text, form.Words(reply.Value)}, nil
}

// A questionView is an open question with the field that answers it.
type questionView struct {
	ID, Text    string
	Field       string // id of the number's field
	Decides     string
	Choices     []review.FormChoice
	Least, Most int
	Unit        string
}

// An answerView is a fact that the clinician gave on this page.
type answerView struct {
	Question, Asked, Words, At string
	Record                     string // what the record says instead
	Unused                     string
}

// asked sorts the open questions into those that can be answered here and those of the chart. A
// question that was answered is not open, whatever the answer left standing.
func (body *visitPage) asked(questions []coding.Question, answers []said, mayAnswer bool) {
	timed := false // some minutes are asked for or said, which is the same as when the session ended
	for _, a := range answers {
		timed = timed || strings.HasPrefix(a.Question, "minutes:")
	}
	var chart []questionView
	for i, q := range questions {
		if slices.ContainsFunc(answers, func(a said) bool { return a.Question == q.ID && a.Unused == "" }) {
			continue
		}
		view := questionView{ID: q.ID, Text: q.Text, Field: fmt.Sprintf("answer-%d", i), Decides: decides(q)}
		form, ok := review.Answerable(q)
		if !ok || !mayAnswer {
			chart = append(chart, view)
			continue
		}
		timed = timed || strings.HasPrefix(q.ID, "minutes:")
		view.Choices, view.Least, view.Most, view.Unit = form.Choices, form.Least, form.Most, form.Unit
		body.Questions = append(body.Questions, view)
	}
	for _, view := range chart {
		if view.ID != "session-end" || !timed {
			body.InChart = append(body.InChart, view)
		}
	}
}

// decides says what rests on a question: codes, modifiers, or the place of service.
func decides(q coding.Question) string {
	var codes, short []string
	for _, each := range q.Unlocks {
		if len(each) == 2 {
			short = append(short, each)
		} else {
			codes = append(codes, each)
		}
	}
	if len(short) > 0 {
		what := "modifier "
		if q.ID == "patient-location" {
			what = "place of service "
		}
		codes = append(codes, what+strings.Join(short, " or "))
	}
	return strings.Join(codes, ", ")
}

// said lists what the clinician answered, on the clinic's clock, with what the record says instead.
func (body *visitPage) said(answers []said, asserted []review.Assertion, zone *time.Location) {
	for _, a := range answers {
		if a.Unused == "" && strings.HasPrefix(a.Question, "minutes:") {
			body.Session.Said = "This is the record’s own time. The lines below count the minutes that you said."
		}
		body.Answers = append(body.Answers, answerView{Question: a.Question, Asked: a.Asked, Words: a.Words,
			At: clockIn(a.At, zone), Record: recordSays(a.Question, asserted), Unused: sentence(a.Unused)})
	}
}

func clockIn(at time.Time, zone *time.Location) string { return at.In(zone).Format("15:04") }

// recordSays is what the record says where an answer lies over something else; empty where it does not.
func recordSays(question string, asserted []review.Assertion) string {
	form, _ := review.Answerable(coding.Question{ID: question})
	var all []string
	for _, a := range asserted {
		if a.Question != question || !a.Differs() {
			continue
		}
		words := form.Words(review.ValueText(a.Over))
		if yes, ok := a.Over.(bool); ok { // a fact beside the one that was asked for
			words = activity(a.Fact[strings.LastIndex(a.Fact, ".")+1:]) + map[bool]string{true: ", yes", false: ", no"}[yes]
		}
		all = append(all, words)
	}
	return strings.Join(all, "; ")
}

// rests marks each line and choice that would not stand so without what the clinician said.
func (body *visitPage) rests(rests map[string][]review.Assertion, answers []said, zone *time.Location) {
	words := func(offer string) string {
		var all []string
		for _, a := range answers {
			if slices.ContainsFunc(rests[offer], func(r review.Assertion) bool { return r.Question == a.Question }) {
				all = append(all, a.Words+", at "+clockIn(a.At, zone))
			}
		}
		return strings.Join(all, "; ")
	}
	for i := range body.Lines {
		body.Lines[i].Said = words(body.Lines[i].ID)
	}
	for i, choice := range body.Choices {
		for _, option := range choice.Options {
			body.Choices[i].Said = cmp.Or(body.Choices[i].Said, words(option.ID))
		}
	}
}

// clinicZone is the time zone of the launch's clinic, else that of the visit, else ours.
func clinicZone(l *smart.Launch, reviewed *review.Review) *time.Location {
	return zoneOf(l, reviewed.Visit())
}
