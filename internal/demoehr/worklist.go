package demoehr

// An article is one of the five source articles whose stories the visits tell.
type article struct {
	name  string
	slug  string // anchor of its group on the worklist
	about string // what it is about, in one line
}

var (
	mdhub         = article{"mdhub", "mdhub", "Longer sessions, crisis, interactive complexity, E/M with therapy, telehealth, family, and the checks before a claim."}
	sessionGlance = article{"SessionGlance", "sessionglance", "Assessment work made visible: tests, scores, integration, report and feedback."}
	yungSidekick  = article{"Yung Sidekick", "yung-sidekick", "Cognitive intervention, 97129 and 97130, documented so that an auditor can follow it."}
	webPT         = article{"WebPT", "webpt", "Assessment and management time in rehabilitation, and lines of a note that can be defended."}
	headway       = article{"Headway", "headway", "The session confirmed, and a claim that agrees with its note in name, birth date, time, place, code and diagnosis."}
)

// articles are in the order of the worklist.
var articles = []*article{&mdhub, &sessionGlance, &yungSidekick, &webPT, &headway}

// stories are the visits of the demo EHR in the order of the worklist: article by article, and as
// they are listed within one. All of it is made up.
var stories = arranged(ruleVisits, timeVisits, scoreVisits, noteVisits, claimVisits)

func arranged(lists ...[]story) []story {
	var all []story
	for _, a := range articles {
		for _, list := range lists {
			for _, s := range list {
				if s.article == a {
					all = append(all, s)
				}
			}
		}
	}
	return all
}

// A worklistGroup is the visits that tell of one article.
type worklistGroup struct {
	Name, Anchor, About string
	Visits              []worklistRow
}

// A worklistRow is one visit as the worklist shows it.
type worklistRow struct {
	SeedVisit
	Name, Day, Clinician string
}

func (e *EHR) worklist() []worklistGroup {
	if len(e.Visits()) == 0 {
		return nil
	}
	var groups []worklistGroup
	for _, a := range articles {
		group := worklistGroup{Name: a.name, Anchor: a.slug, About: a.about}
		for _, v := range e.Visits() {
			if v.Article == a.name {
				story := storyOf(v.Encounter)
				group.Visits = append(group.Visits, worklistRow{v, story.patient.name(), story.day(), story.clinician.name})
			}
		}
		groups = append(groups, group)
	}
	return groups
}
