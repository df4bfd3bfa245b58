// Package web is the clinician's page inside the chart: it shows the review of one visit, previews
// exactly what would be filed, and files what a named person has confirmed.
//
// Every page is plain HTML from the server and works without a script. A page never bills, never
// files what was not previewed, and shows no record without the launch and the cookie that belong
// together. It knows launches, reviews and words; it does not know FHIR, and it decides no rule.
package web
