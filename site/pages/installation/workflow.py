"""One publication workflow: an editor submits, a member of Publication approves."""

from django.contrib.auth.models import Group

from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowTask

from users.roles import Role

NAME = "Publication"


def set_up_workflow(root_page: Page) -> Workflow:
    workflow, _ = Workflow.objects.get_or_create(name=NAME, defaults={"active": True})
    task, _ = GroupApprovalTask.objects.get_or_create(
        name="Relecture par la Publication", defaults={"active": True}
    )
    task.groups.set([Group.objects.get(name=Role.PUBLISHING.value)])
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    WorkflowPage.objects.update_or_create(page=root_page, defaults={"workflow": workflow})
    Workflow.objects.filter(name="Moderators approval", workflow_pages__isnull=True).delete()
    return workflow
