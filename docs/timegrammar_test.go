package docs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/docs"
)

// A timeForm is one way to write a time, and what is read from it: start, stop, stated minutes,
// computed minutes and the status of time_start_stop, as in TestSessionTime.
type timeForm struct{ note, want string }

// readTimes is what TestSessionTime and TestTimeGrammar compare.
func readTimes(r docs.Result) string {
	return strings.Join([]string{clock(r.Time.Start), clock(r.Time.Stop), minutes(r.Time.MinutesStated), minutes(r.Time.MinutesComputed), status(r, "time_start_stop")}, " ")
}

const (
	noTimes   = "- - - - missing"
	oneLesson = "14:00 14:53 - 53 present" // 2:00 to 2:53 in the afternoon
)

// TestTimeGrammar reads every form of the time grammar, accepted and rejected, rule by rule. The forms
// of TestSessionTime stand there.
func TestTimeGrammar(t *testing.T) {
	for _, group := range timeGrammar() {
		for _, form := range group.forms {
			t.Run(group.why+"/"+form.note, func(t *testing.T) {
				if got := readTimes(check(t, form.note, "90834")); got != form.want {
					t.Errorf("got %s, want %s", got, form.want)
				}
			})
		}
	}
}

// A formGroup is forms that one sentence of the grammar covers.
type formGroup struct {
	why   string
	forms []timeForm
}

func timeGrammar() []formGroup {
	return slices.Concat(clockForms, []formGroup{
		{"2 every joiner, with and without spaces", joinerForms()},
		{"2 every pair of labels", labelForms()},
	}, spanForms, durationForms, otherMatters, choiceForms)
}

// clockForms are the clock times of rule 1.
var clockForms = []formGroup{
	{"1 half of the day with or without space, dots and capitals", []timeForm{
		{"Session 2:00PM - 2:53PM.", oneLesson},
		{"Session 2:00 Pm - 2:53 pM.", oneLesson},
		{"Session 2:00 P.M. - 2:53 P.M.", oneLesson},
		{"Session 2:00p.m.-2:53p.m.", oneLesson},
		{"Session 2:00p-2:53p.", oneLesson},
		{"Session 2:00P - 2:53P.", oneLesson},
		{"Session 8:20a - 9:13a.", "08:20 09:13 - 53 present"},
		{"Session 8:20 A.M. - 9:13 A.M.", "08:20 09:13 - 53 present"},
		{"Session 08:20 AM - 09:13 AM.", "08:20 09:13 - 53 present"},
		{"Session 02:00 PM - 02:53 PM.", oneLesson},
	}},
	{"1 twelve is noon with pm and midnight with am", []timeForm{
		{"Session 12:00 PM - 12:45 PM.", "12:00 12:45 - 45 present"},
		{"Session 12:05 AM - 12:50 AM.", "00:05 00:50 - 45 present"},
	}},
	{"1 hour only", []timeForm{
		{"Session 2pm-3pm.", "14:00 15:00 - 60 present"},
		{"Session 2 PM to 3 PM.", "14:00 15:00 - 60 present"},
		{"Session 2 p.m. to 3 p.m.", "14:00 15:00 - 60 present"},
		{"Session 9a-10a.", "09:00 10:00 - 60 present"},
		{"Session 11 am to 12 pm.", "11:00 12:00 - 60 present"},
		{"Session 2-3 pm.", "14:00 15:00 - 60 present"},
		{"Session 2 pm - 2:53 pm.", oneLesson},
	}},
	{"1 24-hour time with a colon", []timeForm{
		{"Session 14:00-14:53.", oneLesson},
		{"Session 09:00-09:53.", "09:00 09:53 - 53 present"},
		{"Session 14:00h-14:53h.", oneLesson},
		{"Session 14:00 hrs to 14:53 hrs.", oneLesson},
		{"Session 0:05-0:50.", "00:05 00:50 - 45 present"},
		{"Session 00:05-00:50.", "00:05 00:50 - 45 present"},
		{"Session 23:10-24:00.", "23:10 00:00 - 50 present"},
		{"Session 14:00:00-14:53:00.", oneLesson},
	}},
	{"1 24-hour time with a dot", []timeForm{
		{"Session 14.00-14.53.", oneLesson},
		{"Session 14.00 h - 14.53 h.", oneLesson},
		{"Session 14.00h until 14.53h.", oneLesson},
		{"Session 09.15-10.00.", "09:15 10:00 - 45 present"},
	}},
	{"1 24-hour time with nothing between", []timeForm{
		{"Session 1400-1453.", oneLesson},
		{"Session 0905-0958.", "09:05 09:58 - 53 present"},
		{"Session 0005-0050.", "00:05 00:50 - 45 present"},
		{"Session 0905h to 0958h.", "09:05 09:58 - 53 present"},
		{"Session 1400hrs-1453hrs.", oneLesson},
		{"Session 1400 hours to 1453 hours.", oneLesson},
	}},
	{"1 number words inside of a span", []timeForm{
		{"Session from two to two fifty in the afternoon.", "14:00 14:50 - 50 present"},
		{"Seen between nine and nine forty-five in the morning.", "09:00 09:45 - 45 present"},
		{"Session from half past ten until a quarter past eleven in the morning.", "10:30 11:15 - 45 present"},
		{"Session from ten o'clock until ten forty-five in the morning.", "10:00 10:45 - 45 present"},
		{"Session from quarter to three until half past three in the afternoon.", "14:45 15:30 - 45 present"},
		{"Session from ten fifteen am to eleven am.", "10:15 11:00 - 45 present"},
		{"Session from midnight to 12:45 am.", "00:00 00:45 - 45 present"},
		{"Session from noon until one in the afternoon.", "12:00 13:00 - 60 present"},
		{"Session from eleven thirty until noon.", "11:30 12:00 - 30 present"},
		{"Session from 11:15 PM to midnight.", "23:15 00:00 - 45 present"},
	}},
	{"1 number words elsewhere are no times", []timeForm{
		{"Session at ten fifteen.", noTimes},
		{"Session at noon.", noTimes},
		{"She rated her worry, which went from nine to four.", noTimes},
		{"Client named ten to twelve worries.", noTimes},
	}},
	{"1 numbers that no clock shows", []timeForm{
		{"Session 25:00-26:00.", noTimes},
		{"Session 13:75-14:90.", noTimes},
		{"Session 2960-3055.", noTimes},
	}},
}

// joinerForms are two times with every joiner of rule 2 between them.
func joinerForms() []timeForm {
	var forms []timeForm
	for _, mark := range []string{"-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212", "~", "//"} {
		forms = append(forms,
			timeForm{fmt.Sprintf("Session 2:00 PM%s2:53 PM.", mark), oneLesson},
			timeForm{fmt.Sprintf("Session 2:00 PM %s 2:53 PM.", mark), oneLesson},
			timeForm{fmt.Sprintf("Session 2:00%s2:53 pm.", mark), oneLesson},
			timeForm{fmt.Sprintf("Session 14:00%s14:53.", mark), oneLesson},
			timeForm{fmt.Sprintf("Session 1400%s1453.", mark), oneLesson},
			timeForm{fmt.Sprintf("Session 1400 %s 1453.", mark), oneLesson},
		)
	}
	for _, word := range []string{"to", "til", "until", "through"} {
		forms = append(forms,
			timeForm{fmt.Sprintf("Session 2:00 PM %s 2:53 PM.", word), oneLesson},
			timeForm{fmt.Sprintf("Session 2:00 %s 2:53 pm.", word), oneLesson},
			timeForm{fmt.Sprintf("Session 1400 %s 1453.", word), oneLesson},
			timeForm{fmt.Sprintf("Session from 2:00 PM %s 2:53 PM.", word), oneLesson},
			timeForm{fmt.Sprintf("Session 14:00 %s\n14:53.", word), oneLesson}, // the line broken within
		)
	}
	return append(forms,
		timeForm{"Session between 2:00 and 2:53 PM.", oneLesson},
		timeForm{"Session between 14:00 and 14:53.", oneLesson},
		timeForm{"Client was seen between 2 and 3 pm.", "14:00 15:00 - 60 present"},
		timeForm{"Session from 14:00 until 14:53.", oneLesson},
		// "and" joins no times but behind "between"
		timeForm{"Session: she woke at 2:00 AM and 4:00 AM.", noTimes},
	)
}

// labelForms are the pairs of labels of rule 2.
func labelForms() []timeForm {
	var forms []timeForm
	for _, open := range []string{"start", "begin", "began", "time in", "in"} {
		for _, shut := range []string{"stop", "end", "ended", "time out", "out"} {
			forms = append(forms,
				timeForm{fmt.Sprintf("Session %s 1400 %s 1453", open, shut), oneLesson},
				timeForm{fmt.Sprintf("%s: 2:00 PM, %s: 2:53 PM", strings.ToUpper(open), shut), oneLesson},
				timeForm{fmt.Sprintf("%s: 2:00 PM\n%s: 2:53 PM", open, shut), oneLesson},
				timeForm{fmt.Sprintf("%s 2:00 %s 2:53 pm", open, shut), oneLesson},
			)
		}
	}
	return append(forms,
		timeForm{"Start: 2:00 PM", noTimes}, // nothing closes it
		timeForm{"Stop: 2:53 PM", noTimes},  // nothing opens it
	)
}

// spanForms are the rules 3, 4 and 7: what makes two times a span.
var spanForms = []formGroup{
	{"3 a marker on one side holds for both", []timeForm{
		{"Session 2:00 - 2:53 p.m.", oneLesson},
		{"Session 2:00 pm - 2:53.", oneLesson},
		{"Session 2:00p - 2:53.", oneLesson},
		{"Session 9:00 - 9:53 am.", "09:00 09:53 - 53 present"},
		{"Session 9:00 am - 9:53.", "09:00 09:53 - 53 present"},
		{"Start 2:00 stop 2:53 PM.", oneLesson},
		{"Session 12:05 - 12:50 pm.", "12:05 12:50 - 45 present"},
	}},
	{"3 or the other side has the opposite one", []timeForm{
		{"Session 11:20 pm - 12:15.", "23:20 00:15 - 55 present"},
		{"Session 10:30 - 1:00 pm.", "10:30 13:00 - 150 present"},
		{"Session 11:30 am - 12:20.", "11:30 12:20 - 50 present"},
		{"Session 11:45 - 12:30 pm.", "11:45 12:30 - 45 present"},
		{"Start 11:20 stop 12:15 am.", "23:20 00:15 - 55 present"},
	}},
	{"3 neither side has one: a stated part of the day", []timeForm{
		{"This morning's session 9:00-9:53.", "09:00 09:53 - 53 present"},
		{"Session 2:00-2:53 this afternoon.", oneLesson},
		{"Session 7:00-7:50 in the evening.", "19:00 19:50 - 50 present"},
		{"Session tonight 7:00-7:50.", "19:00 19:50 - 50 present"},
		{"Session 11:30-12:20 in the morning.", "11:30 12:20 - 50 present"},
		{"Start 2:00 stop 2:53 in the afternoon.", oneLesson},
	}},
	{"3 or a stated total that fits only one reading", []timeForm{
		{"Session 2:00-2:53. Total time: 53 minutes.", "- - 53 53 present"},
		{"Session 11:30-1:00, 90 minutes.", "- - 90 90 present"},
	}},
	{"3 else it is unclear", []timeForm{
		{"Session 2:00 to 2:53.", "- - - 53 unclear"},
		{"Start 2:00 stop 2:53.", "- - - 53 unclear"},
		{"Session 9:15-10:00.", "- - - 45 unclear"},
		{"Session 2:00-2:53. Total time: 30 minutes.", "- - 30 53 unclear"}, // the total fits no reading
	}},
	{"4 over midnight a day is added", []timeForm{
		{"Session 23:40-00:35.", "23:40 00:35 - 55 present"},
		{"Session 2340-0035.", "23:40 00:35 - 55 present"},
		{"Session 11:40 pm to 12:35 am.", "23:40 00:35 - 55 present"},
		{"Start: 23:50 Stop: 00:40.", "23:50 00:40 - 50 present"},
	}},
	{"4 spans above 8 hours are none", []timeForm{
		{"Session 8:00 AM - 4:00 PM.", "08:00 16:00 - 480 present"},
		{"Session 8:00 AM - 4:01 PM.", noTimes},
		{"Session 0800-1601.", noTimes},
		{"Session 1:00 - 11:00 pm.", noTimes}, // 10 hours, and 22 with am
		{"Session 3:00 PM - 2:00 PM.", noTimes},
		{"Session 2:00 PM - 2:00 PM.", noTimes},
		{"Start 8:00 AM stop 5:00 PM.", noTimes},
	}},
	{"7 a break is taken off the span", []timeForm{
		{"Session 4:00 PM - 5:30 PM with a ten minute break.", "16:00 17:30 - 80 present"},
		{"Session 4:00 PM - 5:30 PM, with a 10-minute break.", "16:00 17:30 - 80 present"},
		{"Session 4:00 PM - 5:30 PM with a 10 min break. Total time: 80 minutes.", "16:00 17:30 80 80 present"},
		{"Session 4:00 PM - 5:30 PM with a 5 min break and a 10 min break.", "16:00 17:30 - 75 present"},
	}},
}

// durationForms are the durations of rule 5.
var durationForms = []formGroup{
	{"5 every unit", []timeForm{
		{"Session lasted 53 min.", "- - 53 - missing"},
		{"Session lasted 53 mins.", "- - 53 - missing"},
		{"Session lasted 53 minutes.", "- - 53 - missing"},
		{"Session lasted 53min.", "- - 53 - missing"},
		{"Session lasted 53'.", "- - 53 - missing"},
		{"Session lasted 53′.", "- - 53 - missing"},
		{"Session lasted 53m.", "- - 53 - missing"},
		{"A 53-min session.", "- - 53 - missing"},
		{"A 53‑minute session.", "- - 53 - missing"},
		{"Session lasted 1 hr.", "- - 60 - missing"},
		{"Session lasted 1 hour.", "- - 60 - missing"},
		{"Session lasted 2 hrs.", "- - 120 - missing"},
		{"Session lasted 2 hours.", "- - 120 - missing"},
		{"Session lasted 1h.", "- - 60 - missing"},
	}},
	{"5 compounds and fractions", []timeForm{
		{"Session lasted 1 hour 10 minutes.", "- - 70 - missing"},
		{"Session lasted 1 hour and 10 minutes.", "- - 70 - missing"},
		{"Session lasted 1 hr, 10 min.", "- - 70 - missing"},
		{"Session lasted 1h 10m.", "- - 70 - missing"},
		{"Session lasted 1h10m.", "- - 70 - missing"},
		{"Session lasted 1hr 10min.", "- - 70 - missing"},
		{"Session lasted 1.5 hours.", "- - 90 - missing"},
		{"Session lasted 1.25 hrs.", "- - 75 - missing"},
		{"Session lasted 0.75 hour.", "- - 45 - missing"},
		{"Session lasted 1½ hours.", "- - 90 - missing"},
		{"Session lasted 1 1/2 hours.", "- - 90 - missing"},
		{"A 1.5-hour session.", "- - 90 - missing"},
	}},
	{"5 number words", []timeForm{
		{"Session lasted an hour.", "- - 60 - missing"},
		{"Session lasted one hour.", "- - 60 - missing"},
		{"Session lasted an hour and a half.", "- - 90 - missing"},
		{"Session lasted one and a half hours.", "- - 90 - missing"},
		{"Session lasted one hour and a half.", "- - 90 - missing"},
		{"Session lasted an hour and a quarter.", "- - 75 - missing"},
		{"Session lasted an hour and ten minutes.", "- - 70 - missing"},
		{"Session lasted half an hour.", "- - 30 - missing"},
		{"A half-hour session.", "- - 30 - missing"},
		{"Session lasted forty minutes.", "- - 40 - missing"},
		{"Session lasted fifty three minutes.", "- - 53 - missing"},
		{"Session lasted fifty-three minutes.", "- - 53 - missing"},
		{"A forty-five minute session.", "- - 45 - missing"},
		{"Session lasted ninety minutes.", "- - 90 - missing"},
	}},
	{"6 a total with other work in it is a total", []timeForm{
		{"Total time: 60 minutes including documentation.", "- - 60 - missing"},
		{"Total time 60 min incl. charting.", "- - 60 - missing"},
		{"Total time 60 minutes, incl. phone calls.", "- - 60 - missing"},
	}},
}

// otherMatters are the times of rule 6 that are not the session's.
var otherMatters = []formGroup{
	{"6 sleep", []timeForm{
		{"Slept 7 hours last night.", noTimes},
		{"Sleep: 6 hrs.", noTimes},
		{"In session she said that she sleeps from 11:30 PM to 6:00 AM.", noTimes},
		{"Naps 45 minutes after lunch.", noTimes},
	}},
	{"6 homework or practice", []timeForm{
		{"Will practise paced breathing for 15 minutes.", noTimes},
		{"Practice mindfulness 20 minutes daily.", noTimes},
		{"Homework: 30 minutes of exposure on the bus.", noTimes},
		{"Homework is a worry period from 5:00 PM to 5:30 PM.", noTimes},
		{"HW: walk 30 min.", noTimes},
	}},
	{"6 commute", []timeForm{
		{"Commutes 45 minutes to work.", noTimes},
		{"She drove 40 minutes to the office.", noTimes},
		{"Her bus ride takes 50 minutes.", noTimes},
		{"On the train 7:30 AM - 8:20 AM.", noTimes},
	}},
	{"6 another visit", []timeForm{
		{"Last session ran 53 minutes.", noTimes},
		{"Previous session 2:00 PM - 2:53 PM.", noTimes},
		{"Last visit lasted 45 minutes.", noTimes},
		{"Next visit 60 minutes.", noTimes},
		{"DOS: 10/3/2024\nThe session on 9/26/2024 was 2:00 PM - 2:45 PM.", noTimes},
		{"DOS: 10/3/2024\nThe session of 9/26/2024 lasted 45 minutes.", noTimes},
		{"DOS: 10/3/2024\nOn 10/3/2024 the session lasted 45 minutes.", "- - 45 - missing"}, // the same day
		{"Session of 10/3/2024 lasted 45 minutes.", "- - 45 - missing"},                     // the one day of the note
	}},
	{"6 calls to third parties", []timeForm{
		{"Phone call with the school counselor for 15 minutes.", noTimes},
		{"Spoke with her PCP by phone 1:00 PM - 1:10 PM.", noTimes},
		{"Called the probation officer, 20 minutes.", noTimes},
		{"Telephoned her mother for 10 minutes.", noTimes},
	}},
	{"6 symptoms", []timeForm{
		{"Panic attacks last about 10 minutes.", noTimes},
		{"Cried for 30 minutes.", noTimes},
		{"Worries two hours a day.", noTimes},
		{"Flashbacks of 15 minutes.", noTimes},
		{"Had a panic attack from 2:00 PM to 2:20 PM.", noTimes},
		{"Dissociated for 20 minutes at work.", noTimes},
	}},
	{"6 appointment or scheduled slot", []timeForm{
		{"Appointment: 2:00 PM - 3:00 PM.", noTimes},
		{"Appt 2:00 PM - 3:00 PM.", noTimes},
		{"Appointment scheduled for 2:00 PM to 3:00 PM.", noTimes},
		{"Scheduled session: 2:00 PM - 3:00 PM.", noTimes},
		{"Booked a 60 minute slot.", noTimes},
		{"Scheduled length 60 minutes.", noTimes},
		{"Time slot 2:00 PM - 3:00 PM.", noTimes},
		{"Appointment date and time: 10/3/2024 2:00 PM - 3:00 PM", noTimes},
		{"Appt time 2:00 PM. Session 2:05 PM - 2:58 PM.", "14:05 14:58 - 53 present"},
		{"Appointment lasted 53 minutes.", "- - 53 - missing"}, // what was delivered
	}},
	{"6 the minutes of a code", []timeForm{
		{"90837 (60 minutes)", noTimes},
		{"CPT 90834 (45 min)", noTimes},
		{"90837 (53+ min)", noTimes},
		{"Code: 90834 (38-52 minutes)", noTimes},
		{"90837 psychotherapy (60 min)", noTimes},
		{"90833 (16-37 min), individual session", noTimes},
	}},
	{"6 test administration", []timeForm{
		{"MoCA administered in 12 minutes.", noTimes},
		{"PHQ-9 administration took 10 minutes.", noTimes},
		{"Test administration 9:00 AM - 10:30 AM.", noTimes},
	}},
	{"6 watches and breaks", []timeForm{
		{"Safety watch every 15 minutes.", noTimes},
		{"On suicide watch 8:00 AM - 9:00 AM.", noTimes},
		{"Took a break 2:30 PM - 2:40 PM.", noTimes},
		{"A 10 minute break was needed.", noTimes},
	}},
	{"6 told in the session, but not its time", []timeForm{
		{"In session she said that she slept from 11:30 PM to 6:00 AM.", noTimes},
		{"In session we agreed on homework from 5:00 PM to 5:30 PM.", noTimes},
		{"In session she said that she commutes from 7:30 AM to 8:20 AM.", noTimes},
		{"In session she spoke of her panic attack from 2:00 PM to 2:20 PM.", noTimes},
		{"In session she said that she works 9:00 AM - 1:00 PM.", noTimes},
		{"In session we reviewed the call with her school, 1:00 PM to 1:10 PM.", noTimes},
		{"In session he said that he sleeps 5 hours.", noTimes},
		{"In session we agreed that he will practise for 10 minutes each day.", noTimes},
		{"In session she said that her commute takes 45 minutes.", noTimes},
		{"In session he described a panic attack lasting 20 minutes.", noTimes},
	}},
	{"6 signature stamps", []timeForm{
		{"Electronically signed by Dana Whitfield, LCSW on 10/3/2024 17:20.", noTimes},
		{"Signed 5:20 PM - 5:25 PM by Dana Whitfield, LCSW.", noTimes},
		{"Note locked 17:20.", noTimes},
	}},
}

// choiceForms are the rules 8 and 9: which of several times is the session's.
var choiceForms = []formGroup{
	{"8 labelled times before the header", []timeForm{
		{"Client: Jordan Rivera, office, 1:00 PM - 2:00 PM\nStart: 2:05 PM Stop: 2:58 PM", "14:05 14:58 - 53 present"},
	}},
	{"8 the header before a sentence", []timeForm{
		{"Date of service: 10/3/2024, 2:00 PM - 2:53 PM\nSubjective: She was seen 3:00 PM - 3:30 PM.", oneLesson},
	}},
	{"8 a word of service in the sentence", []timeForm{
		{"Subjective: Session 2:00 PM - 2:53 PM.", oneLesson},
		{"Subjective: Psychotherapy 2:00 PM - 2:53 PM.", oneLesson},
		{"Subjective: Client was seen 2:00 PM - 2:53 PM.", oneLesson},
		{"Subjective: We met 2:00 PM - 2:53 PM.", oneLesson},
		{"Subjective: She cleaned the house 2:00 PM - 2:53 PM.", noTimes},
		{"Subjective: She cleaned the house for 53 minutes.", noTimes},
		{"Subjective: Her store is open 1:00 PM - 4:00 PM. She was seen 2:00 PM - 2:53 PM.", oneLesson},
	}},
	{"9 an addendum supplies absent times", []timeForm{
		{"Individual session.\nAddendum 10/4/2024 by Dana Whitfield, LCSW: session 2:00 PM - 2:53 PM.", oneLesson},
		{"Individual session.\nLate entry 10/4/2024 by Dana Whitfield, LCSW: the session lasted 53 minutes.", "- - 53 - missing"},
	}},
	{"9 and contradicts without replacing", []timeForm{
		{"Session 2:00 PM - 2:53 PM.\nAddendum 10/4/2024 by Dana Whitfield, LCSW: session 2:00 PM - 2:45 PM.", oneLesson},
		{"Total time: 53 minutes.\nAddendum 10/4/2024 by Dana Whitfield, LCSW: total time 45 minutes.", "- - 53 - missing"},
	}},
}

// TestTimesThatDisagree holds rules 7 to 9 on what time_consistent says, and shows, of several times.
func TestTimesThatDisagree(t *testing.T) {
	for _, tt := range []struct {
		why, note, want string
		evidence        []string
	}{
		{"one minute apart agrees", "Session 2:00 PM - 2:53 PM. Total time: 52 minutes.", "present", nil},
		{"two minutes apart do not", "Session 2:00 PM - 2:53 PM. Total time: 51 minutes.", "missing", []string{"2:00 PM - 2:53 PM", "51 minutes"}},
		{"over midnight a day is added before the comparison", "Session 11:40 PM - 12:35 AM. Total time: 55 minutes.", "present", nil},
		{"the break is taken off before the comparison", "Session 4:00 PM - 5:30 PM with a 10 min break. Total time: 81 minutes.", "present", nil},
		{"a label and the header differ", "Client: Jordan Rivera, office, 1:00 PM - 2:00 PM\nStart: 2:05 PM Stop: 2:58 PM", "missing", []string{"2:05 PM", "1:00 PM - 2:00 PM"}},
		{"the header and a sentence differ", "Date of service: 10/3/2024, 2:00 PM - 2:53 PM\nSubjective: She was seen 3:00 PM - 3:30 PM.", "missing", []string{"2:00 PM - 2:53 PM", "3:00 PM - 3:30 PM"}},
		{"two totals differ", "Total time: 53 minutes.\nDuration: 45 minutes.", "missing", []string{"53 minutes", "45 minutes"}},
		{"a schedule is not compared", "Scheduled 2:00 PM - 3:00 PM. Session 2:05 PM - 2:58 PM. Total time: 53 minutes.", "present", nil},
		{"an addendum that contradicts is shown with the first text",
			"Session 2:00 PM - 2:53 PM.\nAddendum 10/4/2024 by Dana Whitfield, LCSW: session 2:00 PM - 2:45 PM.", "missing", []string{"2:00 PM - 2:53 PM", "2:00 PM - 2:45 PM"}},
		{"an addendum that contradicts the total is shown with it",
			"Total time: 53 minutes.\nAddendum 10/4/2024 by Dana Whitfield, LCSW: total time 45 minutes.", "missing", []string{"53 minutes", "45 minutes"}},
		{"an addendum that says the same agrees",
			"Session 2:00 PM - 2:53 PM.\nAddendum 10/4/2024 by Dana Whitfield, LCSW: session 2:00 PM - 2:53 PM.", "present", nil},
	} {
		t.Run(tt.why, func(t *testing.T) {
			e := element(check(t, tt.note, "90834"), "time_consistent")
			if e == nil || e.Status != tt.want {
				t.Fatalf("got %+v, want %s", e, tt.want)
			}
			shown := ""
			for _, span := range e.Evidence {
				shown += span.Text + "\n"
			}
			for _, want := range tt.evidence {
				if !strings.Contains(shown, want) {
					t.Errorf("%q is not shown; the evidence is %q", want, shown)
				}
			}
		})
	}
}

// TestMinutesWithThePatient holds the phrases that make minutes those with the patient, and those that say
// that other work is in them.
func TestMinutesWithThePatient(t *testing.T) {
	for _, tt := range []struct{ note, want string }{
		{"Total time: 53 minutes face-to-face.", docs.Present},
		{"Total time: 53 minutes face to face.", docs.Present},
		{"Spent 53 minutes with patient.", docs.Present},
		{"Direct time: 53 minutes.", docs.Present},
		{"53 minutes of individual psychotherapy.", docs.Present},
		{"Total time: 53 minutes.", docs.Missing},
		{"Total time: 60 minutes including documentation.", docs.Unclear},
		{"Total time 60 min incl. charting.", docs.Unclear},
		{"Total time incl. phone calls: 60 min.", docs.Unclear},
		{"Total time: 60 minutes of individual psychotherapy including documentation.", docs.Unclear},
	} {
		t.Run(tt.note, func(t *testing.T) {
			if got := status(check(t, tt.note, "90834"), "time_face_to_face"); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestPsychotherapyMinutesApart holds the forms of minutes that belong to the psychotherapy beside an E/M service.
func TestPsychotherapyMinutesApart(t *testing.T) {
	for _, tt := range []struct{ note, want string }{
		{"20 min psychotherapy.", docs.Present},
		{"Therapy time: 20 minutes. E/M time: 15 minutes.", docs.Present},
		{"Psychotherapy 16:05-16:25.", docs.Present},
		{"Total visit time: 45 minutes.", docs.Missing},
		{"Visit 4:00 PM - 4:45 PM.", docs.Missing},
	} {
		t.Run(tt.note, func(t *testing.T) {
			if got := status(check(t, tt.note, "99214", "90833"), "time_separate_em"); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
