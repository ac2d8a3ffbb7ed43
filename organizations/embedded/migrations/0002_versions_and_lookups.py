"""The sequence of row versions, and foreign keys that hold within one organization.

A row's id is unique in its organization only, so a lookup is a pair (organization, id), which Django's own foreign keys
cannot express. Deleting a row empties the lookups that lead to it ("RemoveLink"). Deleting an organization deletes its
rows.
"""

from zlib import crc32

from django.db import migrations

# table.lookup -> table, as they were when this migration was written
LOOKUPS = """
account.primarycontactid contact
account.parentaccountid account
account.preferredsystemuserid systemuser
account.masterid account
account.msa_managingpartnerid account
adx_badge.adx_accountid account
adx_badge.adx_badgetypeid adx_badgetype
adx_badge.adx_contactid contact
adx_blog.adx_blogarchivepagetemplateid adx_pagetemplate
adx_blog.adx_bloghomepagetemplateid adx_pagetemplate
adx_blog.adx_blogpostpagetemplateid adx_pagetemplate
adx_blog.adx_parentpageid adx_webpage
adx_blog.adx_websiteid adx_website
adx_blog.adx_websitelanguageid adx_websitelanguage
adx_blogpost.adx_authorid contact
adx_blogpost.adx_blogid adx_blog
adx_communityforum.adx_forumpagetemplateid adx_pagetemplate
adx_communityforum.adx_lastpostid adx_communityforumpost
adx_communityforum.adx_parentpageid adx_webpage
adx_communityforum.adx_publishingstateid adx_publishingstate
adx_communityforum.adx_threadpagetemplateid adx_pagetemplate
adx_communityforum.adx_websiteid adx_website
adx_communityforum.adx_websitelanguageid adx_websitelanguage
adx_communityforumpost.adx_authorid contact
adx_communityforumpost.adx_forumthreadid adx_communityforumthread
adx_communityforumpost.adx_publishingstateid adx_publishingstate
adx_communityforumpost.adx_regardingid adx_communityforumpost
adx_communityforumthread.adx_firstpostid adx_communityforumpost
adx_communityforumthread.adx_forumid adx_communityforum
adx_communityforumthread.adx_lastpostid adx_communityforumpost
adx_communityforumthread.adx_publishingstateid adx_publishingstate
adx_communityforumthread.adx_typeid adx_forumthreadtype
adx_contentsnippet.adx_websiteid adx_website
adx_contentsnippet.adx_contentsnippetlanguageid adx_websitelanguage
adx_entitypermission.adx_parententitypermission adx_entitypermission
adx_entitypermission.adx_websiteid adx_website
adx_externalidentity.adx_contactid contact
adx_forumthreadtype.adx_websiteid adx_website
adx_idea.adx_authorid contact
adx_idea.adx_ideaforumid adx_ideaforum
adx_idea.adx_statusauthorid contact
adx_ideaforum.adx_websiteid adx_website
adx_ideaforum.adx_websitelanguageid adx_websitelanguage
adx_invitation.adx_assigntoaccount account
adx_invitation.adx_invitecontact contact
adx_invitation.adx_invitercontact contact
adx_invitation.adx_redeemedcontact contact
adx_invitation.adx_website adx_website
adx_inviteredemption.regardingobjectid adx_invitation
adx_pagetemplate.adx_websiteid adx_website
adx_pagetemplate.adx_webtemplateid adx_webtemplate
adx_poll.adx_websiteid adx_website
adx_poll.adx_webtemplateid adx_webtemplate
adx_portalcomment.regardingobjectid incident
adx_publishingstate.adx_websiteid adx_website
adx_redirect.adx_webpageid adx_webpage
adx_redirect.adx_sitemarkerid adx_sitemarker
adx_redirect.adx_websiteid adx_website
adx_shortcut.adx_parentpage_webpageid adx_webpage
adx_shortcut.adx_webpageid adx_webpage
adx_shortcut.adx_webfileid adx_webfile
adx_shortcut.adx_websiteid adx_website
adx_sitemarker.adx_pageid adx_webpage
adx_sitemarker.adx_websiteid adx_website
adx_sitesetting.adx_websiteid adx_website
adx_tag.adx_websiteid adx_website
adx_webfile.adx_parentpageid adx_webpage
adx_webfile.adx_subjectid subject
adx_webfile.adx_websiteid adx_website
adx_webfile.adx_masterwebfileid adx_webfile
adx_webfile.adx_publishingstateid adx_publishingstate
adx_webfile.adx_blogpostid adx_blogpost
adx_webfile.adx_ideaid adx_idea
adx_weblink.adx_pageid adx_webpage
adx_weblink.adx_parentweblinkid adx_weblink
adx_weblink.adx_publishingstateid adx_publishingstate
adx_weblink.adx_weblinksetid adx_weblinkset
adx_weblinkset.adx_websiteid adx_website
adx_weblinkset.adx_websitelanguageid adx_websitelanguage
adx_webpage.adx_authorid contact
adx_webpage.adx_pagetemplateid adx_pagetemplate
adx_webpage.adx_parentpageid adx_webpage
adx_webpage.adx_subjectid subject
adx_webpage.adx_websiteid adx_website
adx_webpage.adx_image adx_webfile
adx_webpage.adx_masterwebpageid adx_webpage
adx_webpage.adx_publishingstateid adx_publishingstate
adx_webpage.adx_rootwebpageid adx_webpage
adx_webpage.adx_webpagelanguageid adx_websitelanguage
adx_webpageaccesscontrolrule.adx_webpageid adx_webpage
adx_webpageaccesscontrolrule.adx_websiteid adx_website
adx_webrole.adx_websiteid adx_website
adx_website.adx_defaultlanguage adx_websitelanguage
adx_website.adx_footerwebtemplateid adx_webtemplate
adx_website.adx_headerwebtemplateid adx_webtemplate
adx_website.adx_parentwebsiteid adx_website
adx_websiteaccess.adx_websiteid adx_website
adx_websitelanguage.adx_portallanguageid adx_portallanguage
adx_websitelanguage.adx_publishingstate adx_publishingstate
adx_websitelanguage.adx_websiteid adx_website
adx_webtemplate.adx_websiteid adx_website
businessunit.parentbusinessunitid businessunit
contact.parentcontactid contact
contact.preferredsystemuserid systemuser
contact.masterid contact
contact.msa_managingpartnerid account
contact.adx_preferredlanguageid adx_portallanguage
feedback.closedby systemuser
feedback.createdbycontact contact
feedback.createdonbehalfbycontact contact
incident.existingcase incident
incident.responsiblecontactid contact
incident.subjectid subject
incident.masterid incident
incident.parentcaseid incident
incident.primarycontactid contact
incident.msa_partnercontactid contact
incident.msa_partnerid account
knowledgearticle.primaryauthorid systemuser
knowledgearticle.languagelocaleid languagelocale
knowledgearticle.subjectid subject
knowledgearticle.rootarticleid knowledgearticle
knowledgearticle.parentarticlecontentid knowledgearticle
knowledgearticle.previousarticlecontentid knowledgearticle
knowledgearticleviews.knowledgearticleid knowledgearticle
role.roletemplateid roletemplate
role.businessunitid businessunit
solution.publisherid publisher
solutioncomponent.solutionid solution
subject.parentsubject subject
systemuser.businessunitid businessunit
"""


def _key(line: str) -> tuple[str, str]:
    source, target = line.split()
    table, column = source.split(".")
    name = f"organization_fk_{crc32(source.encode()):08x}"
    key = f"{target}id"
    return (
        f"ALTER TABLE organization_{table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {column})"
        f" REFERENCES organization_{target} (tenant_id, {key}) ON DELETE SET NULL ({column})",
        f"ALTER TABLE organization_{table} DROP CONSTRAINT {name}",
    )


def _tenant(table: str) -> tuple[str, str]:
    name = f"organization_tenant_{crc32(table.encode()):08x}"
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id)"
        " REFERENCES embedded_organization_embeddedorganization (id) ON DELETE CASCADE",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


TABLES = """
organization_account
organization_adx_badge
organization_adx_badgetype
organization_adx_blog
organization_adx_blogpost
organization_adx_communityforum
organization_adx_communityforumpost
organization_adx_communityforumthread
organization_adx_contentsnippet
organization_adx_entitypermission
organization_adx_externalidentity
organization_adx_forumthreadtype
organization_adx_idea
organization_adx_ideaforum
organization_adx_invitation
organization_adx_inviteredemption
organization_adx_pagetemplate
organization_adx_poll
organization_adx_portalcomment
organization_adx_portallanguage
organization_adx_publishingstate
organization_adx_redirect
organization_adx_setting
organization_adx_shortcut
organization_adx_sitemarker
organization_adx_sitesetting
organization_adx_tag
organization_adx_webfile
organization_adx_weblink
organization_adx_weblinkset
organization_adx_webpage
organization_adx_webpageaccesscontrolrule
organization_adx_webrole
organization_adx_website
organization_adx_websiteaccess
organization_adx_websitelanguage
organization_adx_webtemplate
organization_annotation
organization_asyncoperation
organization_businessunit
organization_contact
organization_feedback
organization_importjob
organization_incident
organization_knowledgearticle
organization_knowledgearticleviews
organization_languagelocale
organization_msdyn_solutionhistory
organization_organization
organization_publisher
organization_role
organization_roletemplate
organization_solution
organization_solutioncomponent
organization_subject
organization_systemuser
"""

KEYS = [*(_tenant(table) for table in TABLES.split()), *(_key(line) for line in LOOKUPS.strip().splitlines())]


class Migration(migrations.Migration):
    dependencies = [("embedded_organization", "0001_tables")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE organization_versionnumber START 1000", "DROP SEQUENCE organization_versionnumber"
        ),
        migrations.RunSQL(
            ";".join(forward for forward, _ in KEYS),
            ";".join(back for _, back in KEYS),
        ),
    ]
