from legal.notices.urls import urlpatterns as notice_patterns

urlpatterns = [*notice_patterns]
