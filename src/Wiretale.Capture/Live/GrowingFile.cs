namespace Wiretale.Capture.Live;

/// <summary>A capture file that another process is still writing, read as it grows.</summary>
public static class GrowingFile
{
    const int LookMilliseconds = 50;

    /// <summary>The file's bytes, as they come; it ends where it ends once <paramref name="ended"/> is cancelled.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Stream Follow(string path, CancellationToken ended)
    {
        var follower = new FollowStream();
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        follower.Begin(file, skip: 0);
        var looking = new Thread(() =>
        {
            try
            {
                bool last;
                do
                {
                    last = ended.WaitHandle.WaitOne(LookMilliseconds);
                    follower.Advance(RandomAccess.GetLength(file));
                }
                while (!last);
            }
            catch (ObjectDisposedException)
            {
                // Whoever read has seen enough.
            }

            follower.Complete();
        })
        { IsBackground = true, Name = "follow" };
        looking.Start();
        return follower;
    }
}
